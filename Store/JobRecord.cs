using CloudIa.Contracts;

namespace CloudIa.Store;

/// <summary>An accepted job.</summary>
public sealed record JobRecord
{
    public required Guid JobId { get; init; }

    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    /// <summary>The turn's place in its chat, from 1, in the order of acceptance.</summary>
    public required long Turn { get; init; }

    /// <summary>SHA-256, in hex, of what the body asked for: tells a repeated request from another one with the same key.</summary>
    public required string BodyHash { get; init; }

    /// <summary>The user's message: at most 32 KiB of UTF-8.</summary>
    public required string Prompt { get; init; }

    public string? SessionId { get; init; }

    public string? Model { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Null while the job runs.</summary>
    public JobOutcomeRecord? Outcome { get; init; }
}

/// <summary>How an attempt of a job ended.</summary>
public sealed record JobOutcomeRecord
{
    public required JobOutcome Outcome { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>A code of <see cref="JobFailures"/>; null where the job completed.</summary>
    public string? FailureCode { get; init; }

    public string? Model { get; init; }

    public TokenUsage? Usage { get; init; }
}
