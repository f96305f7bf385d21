using System.Text.Json.Serialization;
using CloudIa.Store;

namespace CloudIa.Api.Chats;

/// <summary>A chat of the caller.</summary>
public sealed record ChatView
{
    public required Guid ChatId { get; init; }

    /// <summary>The beginning of the first message.</summary>
    public required string Title { get; init; }

    /// <summary>What models are told first in this chat; left out where there is none, and in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SystemPrompt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    internal static ChatView WithAll(ChatRecord chat) => From(chat) with { SystemPrompt = chat.SystemPrompt };

    internal static ChatView From(ChatRecord chat) => new() { ChatId = chat.ChatId, Title = chat.Title, CreatedAt = chat.CreatedAt, UpdatedAt = chat.UpdatedAt };
}
