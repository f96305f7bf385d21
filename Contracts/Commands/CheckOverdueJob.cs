namespace CloudIa.Contracts;

/// <summary>A job's deadline is over. Sent by the sweeper, handled by the saga, which sends the step again or ends the job.</summary>
/// <remarks>Safe to send twice: it names the deadline, and one that was moved since is not over.</remarks>
public sealed record CheckOverdueJob
{
    public required Guid JobId { get; init; }

    /// <summary>The saga's deadline as the sweeper read it; null in a saga of a version that had none.</summary>
    public required DateTimeOffset? Deadline { get; init; }
}
