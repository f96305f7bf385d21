namespace CloudIa.Contracts;

/// <summary>Starts a job whose row is already in DynamoDB. Sent by Api before it answers 202, handled by the saga.</summary>
/// <remarks>Safe to send twice: a saga that exists sends again only what it still waits for.</remarks>
public sealed record SubmitChatJob
{
    public required Guid JobId { get; init; }

    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    /// <summary>The listener session the client named, if any.</summary>
    public string? SessionId { get; init; }

    /// <summary>The model the client asked for; null means the first configured provider's default.</summary>
    public string? Model { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The job of the chat that was accepted just before and had not ended then: this one waits for it. Null: nothing to wait for.</summary>
    public Guid? AfterJobId { get; init; }

    /// <summary>The job's place in its chat; it waits for none that comes after it. 0, from a version before: not known.</summary>
    public long Turn { get; init; }

    /// <summary>Which attempt begins where there is no saga: above 1 where earlier ones have ended and the saga is gone.</summary>
    public int Attempt { get; init; } = 1;
}
