namespace CloudIa.Contracts;

/// <summary>Answer and outcome are in DynamoDB. Published by Processor.</summary>
public sealed record MessagePersisted
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>
    /// What the job's row has now: an outcome that was there before stays, whatever the command asked for. Null, from a version before, means
    /// that it is what was asked for.
    /// </summary>
    public JobOutcome? Outcome { get; init; }

    /// <summary>A code of <see cref="JobFailures"/>; null where the job completed.</summary>
    public string? FailureCode { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}
