namespace CloudIa.Store;

/// <summary>One message of a <see cref="GivenConversation"/>.</summary>
public sealed record GivenMessage
{
    /// <summary><c>system</c>, <c>developer</c>, <c>user</c> or <c>assistant</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Null: the job's prompt, which its row has already.</summary>
    public string? Content { get; init; }
}
