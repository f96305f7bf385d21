using CloudIa.Api.Chat;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi;

/// <summary>A body of <c>POST /v1/chat/completions</c> that can be done.</summary>
internal sealed record CompletionRequest
{
    public required string Model { get; init; }

    /// <summary>The last thing that the user says.</summary>
    public required string Prompt { get; init; }

    public required GivenConversation Conversation { get; init; }

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    /// <summary>In a chat of its own.</summary>
    public NewJob ToJob() => new() { Prompt = Prompt, Conversation = Conversation.ToJson(), Model = Model };
}
