using System.Threading.RateLimiting;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>How many answers a provider writes at once for this process, from the call to the last token.</summary>
/// <remarks>Not Polly's limiter: that one's place is free again at the first token, where a pipeline ends.</remarks>
/// <param name="wait">How long a call waits for a place.</param>
internal sealed class CallLimiter(int calls, TimeSpan wait, ProviderFailures failures, TimeProvider time) : IDisposable
{
    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = calls,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <exception cref="ModelUnavailableException">No place became free in time.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var place = _places.AttemptAcquire();
        if (place.IsAcquired)
        {
            return place;
        }

        place.Dispose();
        if (wait <= TimeSpan.Zero)
        {
            throw failures.Busy(calls);
        }

        using var timeout = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _places.AcquireAsync(1, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.Busy(calls);
        }
    }

    public void Dispose() => _places.Dispose();
}
