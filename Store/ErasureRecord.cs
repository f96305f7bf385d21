namespace CloudIa.Store;

/// <summary>What a user wants erased: one chat, or all there is of the user.</summary>
public sealed record ErasureRecord
{
    /// <summary>How long what is left of an erased row stays, so that late messages find it: longer than the 14 days that SQS keeps one, twice.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public required string UserId { get; init; }

    /// <summary>Null: all.</summary>
    public required Guid? ChatId { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Since when nothing more was found; null: something was, or nobody has looked yet.</summary>
    public DateTimeOffset? ClearSince { get; init; }

    /// <summary>Null: it is under way.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The compiler's own would print the user.</summary>
    public override string ToString() => ChatId is { } chat ? $"Erasure of chat {chat}" : "Erasure of a user";
}
