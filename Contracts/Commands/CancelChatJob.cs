namespace CloudIa.Contracts;

/// <summary>Ends a job that is waiting for its turn or for its model. Sent by Api, handled by the saga.</summary>
/// <remarks>Safe to send twice. A job whose answer is whole already is completed: it is too late to cancel it.</remarks>
public sealed record CancelChatJob
{
    public required Guid JobId { get; init; }

    /// <summary>The job as it was handed in, so that it can be cancelled also before its saga is there.</summary>
    public required SubmitChatJob Job { get; init; }

    /// <summary>It ends as expired: an operator's word for what takes too long. A saga of an older version ends it as cancelled.</summary>
    public bool AsExpired { get; init; }
}
