using System.ComponentModel;

namespace CloudIa.Api.Chat;

/// <summary>The body of <c>POST /chat</c>.</summary>
public sealed record ChatRequest
{
    [Description("What the user says: not empty, at most 32 KiB of UTF-8.")]
    public required string Message { get; init; }

    [Description("A chat of the caller to go on with; left out or null: a new one.")]
    public Guid? ChatId { get; init; }

    [Description("The listener session to count as reached: 1–128 of A–Z a–z 0–9 - _ as the Notifier gave it.")]
    public string? SessionId { get; init; }

    [Description("A model that a provider is configured for; left out or null: the first provider's default.")]
    public string? Model { get; init; }

    [Description("What models are told before all that is said in this chat, after the deployment's own: of a new chat only, at most 8 KiB of UTF-8; left out or null: nothing.")]
    public string? SystemPrompt { get; init; }

    [Description("What to do while the chat is still answering: wait (queue behind it; where left out or null) or reject (409).")]
    public string? OnBusy { get; init; }
}
