using System.ComponentModel;

namespace CloudIa.Api.Chats;

/// <summary>The body of <c>PATCH /chats/{chatId}</c>: what is left out stays.</summary>
public sealed record ChatPatch
{
    [Description("1–200 characters.")]
    public string? Title { get; init; }

    [Description("What models are told first in this chat: at most 8 KiB of UTF-8; null: nothing any more.")]
    public string? SystemPrompt { get; init; }
}
