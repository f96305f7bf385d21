using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>A model's answer from its first token on.</summary>
internal sealed class ModelStream : IAsyncDisposable
{
    private readonly List<ChatResponseUpdate> _opening = [];
    private readonly ProviderFailures _failures;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _call;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private bool _hasText;
    private bool _hasFinished;

    private ModelStream(
        Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> call, ProviderFailures failures, TimeProvider time, CancellationToken caller)
    {
        _failures = failures;
        _caller = caller;
        _timer = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _call = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
        _updates = call(_call.Token).GetAsyncEnumerator(_call.Token);
    }

    /// <summary>What came up to, and with, the first token.</summary>
    public IReadOnlyList<ChatResponseUpdate> Opening => _opening;

    /// <summary>Calls the model and waits for its first token.</summary>
    /// <param name="caller">Ends the whole answer.</param>
    /// <param name="attempt">Ends this try; means nothing once there is a first token.</param>
    public static async Task<ModelStream> OpenAsync(
        Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> call,
        ProviderFailures failures, TimeProvider time, CancellationToken caller, CancellationToken attempt)
    {
        var stream = new ModelStream(call, failures, time, caller);
        try
        {
            await using (attempt.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stream._call))
            {
                while (!stream._hasText && await stream.ReadAsync(attempt) is { } update)
                {
                    stream._opening.Add(update);
                }
            }

            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <returns>What came next; null at the end.</returns>
    public async ValueTask<ChatResponseUpdate?> NextAsync(TimeSpan within)
    {
        // Only the wait for the model counts, not what its reader does in between.
        _timer.CancelAfter(within);
        try
        {
            return await ReadAsync(attempt: default);
        }
        catch (ModelUnavailableException) when (_timer.IsCancellationRequested)
        {
            throw _failures.Stalled(within);
        }
        finally
        {
            _timer.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _call.CancelAsync();
        try
        {
            await _updates.DisposeAsync();
        }
#pragma warning disable CA1031 // The answer is complete or has failed already: how its connection closes changes neither.
        catch
#pragma warning restore CA1031
        {
            // Nothing is left to do with it.
        }

        _call.Dispose();
        _timer.Dispose();
    }

    private async ValueTask<ChatResponseUpdate?> ReadAsync(CancellationToken attempt)
    {
        try
        {
            if (!await _updates.MoveNextAsync())
            {
                return _hasFinished ? null : throw _failures.Broken();
            }
        }
        catch (Exception exception)
        {
            // A call that is cancelled can end with any exception; it is a cancellation nevertheless, and first of all the caller's.
            _caller.ThrowIfCancellationRequested();
            attempt.ThrowIfCancellationRequested();
            throw _failures.Of(exception);
        }

        Check(_updates.Current);
        return _updates.Current;
    }

    private void Check(ChatResponseUpdate update)
    {
        var refused = update.FinishReason == ChatFinishReason.ContentFilter || update.Contents.OfType<ErrorContent>().Any();
        if (refused)
        {
            throw _failures.Refused();
        }

        _hasText |= update.Text.Length > 0;
        _hasFinished |= update.FinishReason is not null;
        if (_hasFinished && !_hasText)
        {
            throw _failures.Empty();
        }
    }
}
