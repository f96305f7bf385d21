using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Echo;

/// <summary>A model that needs nothing and is predictable. It shows what it was told, so that a person sees that context works.</summary>
/// <remarks>
/// <para>
/// The answer is <c>You said: "LAST". This chat has N earlier messages.</c>, where LAST is the last user message and N counts the
/// user's and the assistant's messages before it that the model was shown (at most <c>Llm:ContextMessages</c>). Where one of them is
/// the user's, <c> The first one I know of was: "FIRST".</c> follows, with the earliest. The system prompt changes nothing.
/// </para>
/// <para>
/// It comes word by word, each with the white space after it, after a pause (<c>WordDelay</c>). An answer of more than 200 words
/// comes in 200 pieces of about as many words each: so none takes longer than 200 pauses. Then come the finish reason <c>stop</c>
/// and the usage: a token is a word, of all messages together (input) and of the answer (output).
/// </para>
/// </remarks>
internal sealed class EchoChatClient(string model, TimeSpan wordDelay, TimeProvider time) : IChatClient
{
    private const int MostPieces = 200;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var told = messages.ToList();
        var words = EchoText.Words(EchoText.AnswerTo(told));
        foreach (var piece in words.Chunk((words.Count + MostPieces - 1) / MostPieces))
        {
            if (wordDelay > TimeSpan.Zero)
            {
                await Task.Delay(wordDelay, time, cancellationToken);
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, string.Concat(piece)) { ModelId = model };
        }

        var usage = new UsageDetails
        {
            InputTokenCount = told.Sum(message => EchoText.Words(message.Text).Count),
            OutputTokenCount = words.Count,
        };
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)])
        {
            ModelId = model,
            FinishReason = ChatFinishReason.Stop,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // Nothing is held.
    }
}
