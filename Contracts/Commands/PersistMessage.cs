namespace CloudIa.Contracts;

/// <summary>Stores how the attempt ended: the answer and the outcome, or the outcome alone. Sent by the saga, handled by Processor.</summary>
/// <remarks>Safe to send twice: both writes are conditional.</remarks>
public sealed record PersistMessage
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required JobOutcome Outcome { get; init; }

    /// <summary>A code of <see cref="JobFailures"/> where the job did not complete; else null.</summary>
    public string? FailureCode { get; init; }
}
