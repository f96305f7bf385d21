using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>Right above a vendor's SDK: its exceptions in our words, before anything (a trace's status, a log) can show theirs.</summary>
internal sealed class TranslatingChatClient(IChatClient inner, ProviderFailures failures) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = Open(messages, options, cancellationToken);
        while (await NextAsync(updates, cancellationToken))
        {
            yield return updates.Current;
        }
    }

    private IAsyncEnumerator<ChatResponseUpdate> Open(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.Of(exception);
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception exception)
        {
            // What is cancelled can end with any exception.
            cancellationToken.ThrowIfCancellationRequested();
            throw failures.Of(exception);
        }
    }
}
