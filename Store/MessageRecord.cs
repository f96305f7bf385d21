using CloudIa.Contracts;

namespace CloudIa.Store;

/// <summary>A message of a chat.</summary>
public sealed record MessageRecord
{
    public required Guid ChatId { get; init; }

    /// <summary>Its place in the chat: turn n has 2n-1 (the user's) and 2n (the assistant's). See <see cref="MessageSequence"/>.</summary>
    public required long Sequence { get; init; }

    /// <summary>The place of what it follows or answers; null: the one before. The first has 0, which is no place.</summary>
    public long? Parent { get; init; }

    /// <summary>See <see cref="Parent"/>.</summary>
    public long ParentPlace => Parent ?? (Sequence - 1);

    /// <summary>The attempt that was stopped before its answer was whole; null: the message is whole.</summary>
    public int? PartialOf { get; init; }

    /// <summary>Derived from job and role.</summary>
    public required Guid MessageId { get; init; }

    public required Guid JobId { get; init; }

    /// <summary><see cref="MessageRoles"/>.</summary>
    public required string Role { get; init; }

    public required string Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The assistant's messages only.</summary>
    public string? Model { get; init; }

    /// <summary>The assistant's messages only: whose model it is. Null in rows of a version before failover.</summary>
    public string? Provider { get; init; }

    /// <summary>The assistant's messages only.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The assistant's messages only; null: the model has no price.</summary>
    public JobCost? Cost { get; init; }

    /// <summary>The assistant's messages only: <c>stop</c>, <c>length</c>, ….</summary>
    public string? FinishReason { get; init; }
}

/// <summary>Who speaks.</summary>
public static class MessageRoles
{
    public const string User = "user";
    public const string Assistant = "assistant";
}

/// <summary>The places of a turn's two messages.</summary>
public static class MessageSequence
{
    public static long OfUser(long turn) => (2 * turn) - 1;

    public static long OfAssistant(long turn) => 2 * turn;
}
