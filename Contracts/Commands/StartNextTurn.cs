namespace CloudIa.Contracts;

/// <summary>The job that this one waits for has ended. Sent by that job's saga, handled by the one that waits.</summary>
/// <remarks>Safe to send twice, and not needed for progress: a job that waits looks for itself when its deadline is over.</remarks>
public sealed record StartNextTurn
{
    public required Guid JobId { get; init; }
}
