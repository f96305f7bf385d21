using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Polly;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>A model through its provider's pipeline. What it streams ends with a finish reason and has text, or it throws.</summary>
/// <remarks>Once a token was given nothing is tried again here: a second answer would be spliced to the first.</remarks>
/// <exception cref="ModelRefusedException">The provider refused; it would again.</exception>
/// <exception cref="ModelUnavailableException">Everything else that went wrong with the provider.</exception>
internal sealed class ResilientChatClient(
    IChatClient inner,
    ResiliencePipeline<ModelStream> pipeline,
    ProviderFailures failures,
    TimeSpan betweenTokens,
    TimeProvider time) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var told = messages.ToList();
        await using var stream = await OpenAsync(told, options, cancellationToken);
        foreach (var update in stream.Opening)
        {
            yield return update;
        }

        while (await stream.NextAsync(betweenTokens) is { } update)
        {
            yield return update;
        }
    }

    private async Task<ModelStream> OpenAsync(List<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt => await ModelStream.OpenAsync(
                    call => InnerClient.GetStreamingResponseAsync(messages, options, call), failures, time, cancellationToken, attempt),
                cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.Of(exception);
        }
    }
}
