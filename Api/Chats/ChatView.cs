using CloudIa.Store;

namespace CloudIa.Api.Chats;

/// <summary>A chat of the caller.</summary>
public sealed record ChatView
{
    public required Guid ChatId { get; init; }

    /// <summary>The beginning of the first message.</summary>
    public required string Title { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    internal static ChatView From(ChatRecord chat) => new() { ChatId = chat.ChatId, Title = chat.Title, CreatedAt = chat.CreatedAt, UpdatedAt = chat.UpdatedAt };
}
