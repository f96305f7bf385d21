using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Anthropic;

/// <summary>A conversation as Anthropic takes it: what developers say is the system's, and it begins with the user.</summary>
internal sealed class AnthropicConversation(IChatClient inner) : DelegatingChatClient(inner)
{
    private static readonly ChatRole Developer = new("developer");

    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(Taken(messages), options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(Taken(messages), options, cancellationToken);

    private static List<ChatMessage> Taken(IEnumerable<ChatMessage> messages)
    {
        var (taken, hasBegun) = (new List<ChatMessage>(), false);
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System || message.Role == Developer)
            {
                taken.Add(new ChatMessage(ChatRole.System, message.Contents));
                continue;
            }

            // A window of the history may begin in the middle of a turn.
            hasBegun |= message.Role != ChatRole.Assistant;
            if (hasBegun)
            {
                taken.Add(message);
            }
        }

        return taken;
    }
}
