namespace CloudIa.Contracts;

/// <summary>Begins the next attempt of a job that failed, expired or was cancelled. Sent by Api, handled by the saga.</summary>
/// <remarks>Safe to send twice: what is not the retry of the last attempt changes nothing.</remarks>
public sealed record RetryChatJob
{
    public required Guid JobId { get; init; }

    /// <summary>The attempt that ended.</summary>
    public required int EndedAttempt { get; init; }

    /// <summary>The job as it was handed in, so that it can be retried also after its saga is gone.</summary>
    public required SubmitChatJob Job { get; init; }
}
