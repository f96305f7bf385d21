namespace CloudIa.Contracts;

/// <summary>
/// A command came for an attempt whose outcome is recorded: it was repeated, or the saga was lost and begun again. Published by Processor.
/// </summary>
public sealed record JobFoundEnded
{
    public required Guid JobId { get; init; }

    /// <summary>The command's.</summary>
    public required int Attempt { get; init; }

    /// <summary>The attempt that ended so: the command's, or a newer one. Null, from a version before: the command's.</summary>
    public int? OutcomeAttempt { get; init; }

    /// <summary>As the job's row has it.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>A code of <see cref="JobFailures"/>; null where the job completed.</summary>
    public string? FailureCode { get; init; }

    /// <summary>When that outcome was recorded.</summary>
    public required DateTimeOffset EndedAt { get; init; }
}
