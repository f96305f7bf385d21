using Microsoft.Extensions.Logging.Abstractions;

namespace CloudIa.Local.StandIns;

/// <summary>Where and how the npm packages of the stand-ins are installed.</summary>
public sealed record InstallOptions
{
    /// <summary>Its <c>standins/</c> subfolder gets one folder for each version of the lock file; shared by all who use this folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where <c>node</c> and <c>npm</c> are looked for, in the form of PATH. Null (default): PATH itself.</summary>
    public string? SearchPath { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
