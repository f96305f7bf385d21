using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>A model through its provider's limiter, circuit and pipeline. What it streams ends with a finish reason and has text, or it throws.</summary>
/// <remarks>Once a token was given nothing is tried again here: a second answer would be spliced to the first.</remarks>
/// <exception cref="ModelRefusedException">The provider refused; it would again.</exception>
/// <exception cref="ModelUnavailableException">Everything else that went wrong with the provider.</exception>
internal sealed class ResilientChatClient(IChatClient inner, ProviderLine line, TimeProvider time) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var told = messages.ToList();
        using var place = await line.Limiter.EnterAsync(cancellationToken);
        await using var stream = await OpenAsync(told, options, cancellationToken);
        foreach (var update in stream.Opening)
        {
            yield return update;
        }

        while (await NextAsync(stream) is { } update)
        {
            yield return update;
        }
    }

    private async ValueTask<ChatResponseUpdate?> NextAsync(ModelStream stream)
    {
        try
        {
            return await stream.NextAsync(line.BetweenTokens);
        }
        catch (ModelUnavailableException failure)
        {
            await line.CountAsync(failure);
            throw;
        }
    }

    private async Task<ModelStream> OpenAsync(List<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var pass = await line.Circuit.EnterAsync(cancellationToken);
        if (pass.Refused is { } wait)
        {
            throw line.Failures.Open(wait);
        }

        try
        {
            var stream = await line.Pipeline.ExecuteAsync(
                async attempt => await ModelStream.OpenAsync(
                    call => InnerClient.GetStreamingResponseAsync(messages, options, call), line.Failures, time, cancellationToken, attempt),
                cancellationToken);
            line.Circuit.Answered(pass);
            return stream;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = line.Failures.Of(exception);
            if (failure is ModelUnavailableException)
            {
                line.Circuit.Failed(pass);
            }
            else
            {
                // A refusal is an answer.
                line.Circuit.Answered(pass);
            }

            throw failure;
        }
    }
}
