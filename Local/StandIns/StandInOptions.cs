using Microsoft.Extensions.Logging.Abstractions;

namespace CloudIa.Local.StandIns;

/// <summary>How to start one stand-in.</summary>
public sealed record StandInOptions
{
    /// <summary>
    /// Where it keeps its data; created where missing, kept when it stops. Null (default): nothing outlives it.
    /// One folder belongs to one running stand-in.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>Loopback port. Null (default): a free one. A given one that is taken is an error.</summary>
    public int? Port { get; init; }

    /// <summary>From start to ready. Default 30 s, for a machine that is busy building; about 0.3 s is usual.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
