using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace CloudIa.Tests.Processor.Fakes;

/// <summary>A model whose answers a test writes: each call takes the next script, and the last script is for all that follow.</summary>
internal sealed class ScriptedModel : IChatClient
{
    private readonly ConcurrentQueue<Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>> _scripts = new();
    private readonly ConcurrentQueue<IReadOnlyList<ChatMessage>> _calls = new();
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<IReadOnlyList<ChatMessage>> Calls => [.. _calls];

    /// <summary>Completes when a call was cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>A whole answer of these pieces.</summary>
    public ScriptedModel Answers(params string[] pieces) => Then(_ => Pieces(pieces, ChatFinishReason.Stop));

    /// <summary>These pieces, then nothing until the call is cancelled.</summary>
    public ScriptedModel AnswersAndStalls(params string[] pieces) => Then(token => Stalling(pieces, token));

    /// <summary>These pieces, then the exception.</summary>
    public ScriptedModel AnswersAndFails(Exception exception, params string[] pieces) => Then(_ => Failing(pieces, exception));

    public ScriptedModel Then(Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> script)
    {
        _scripts.Enqueue(script);
        return this;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        _calls.Enqueue([.. messages]);
        if (_scripts.Count > 1 && _scripts.TryDequeue(out var next))
        {
            return next(cancellationToken);
        }

        return _scripts.TryPeek(out var last) ? last(cancellationToken) : throw new InvalidOperationException("The test has no script.");
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // Nothing is held.
    }

    public static ChatResponseUpdate Piece(string text) => new(ChatRole.Assistant, text);

    public static ChatResponseUpdate Finish(ChatFinishReason reason) => new(ChatRole.Assistant,
        [new UsageContent(new UsageDetails { InputTokenCount = 11, OutputTokenCount = 7 })])
    {
        FinishReason = reason,
        ModelId = "scripted-2026",
    };

    private static async IAsyncEnumerable<ChatResponseUpdate> Pieces(string[] pieces, ChatFinishReason reason)
    {
        await Task.Yield();
        foreach (var piece in pieces)
        {
            yield return Piece(piece);
        }

        yield return Finish(reason);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Failing(string[] pieces, Exception exception)
    {
        await Task.Yield();
        foreach (var piece in pieces)
        {
            yield return Piece(piece);
        }

        throw exception;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Stalling(string[] pieces, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not by a callback of the token: the end of the delay would take it back, now and then before it has run.
        try
        {
            foreach (var piece in pieces)
            {
                yield return Piece(piece);
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _cancelled.TrySetResult();
            }
        }
    }
}
