namespace CloudIa.Contracts;

/// <summary>A command of a job, or an event to it, became a dead letter. Sent by the collector of dead letters, handled by the saga.</summary>
/// <remarks>Safe to send twice, and for jobs that have ended.</remarks>
public sealed record FailJobStep
{
    /// <summary>The dead letter does not say: it is of the attempt that is under way.</summary>
    public const int WhicheverItIs = 0;

    public required Guid JobId { get; init; }

    /// <summary>Of the dead letter, or <see cref="WhicheverItIs"/>.</summary>
    public required int Attempt { get; init; }

    /// <summary>The queue whose message it was: one of <see cref="ChatJobQueues"/>.</summary>
    public required string Queue { get; init; }

    /// <summary>The exception's type where it is known; never its text.</summary>
    public string? ExceptionType { get; init; }
}
