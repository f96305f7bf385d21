using Microsoft.Extensions.Logging.Abstractions;

namespace CloudIa.Local;

/// <summary>What <see cref="LocalEnvironment"/> starts and where.</summary>
public sealed record LocalEnvironmentOptions
{
    /// <summary>Where the stand-ins are installed, once.</summary>
    public required string InstallFolder { get; init; }

    /// <summary>Where they keep their data, in subfolders. Null: nothing outlives the environment.</summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// What is configured from outside: where it has <c>Messaging:ServiceUrl</c> or <c>Messaging:Region</c>, that is used and no
    /// SQS/SNS stand-in started; likewise with <c>Store:ServiceUrl</c> or <c>Store:Region</c>, and <c>Redis:ConnectionString</c>.
    /// Null: all three are started.
    /// </summary>
    public IConfiguration? Configured { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
