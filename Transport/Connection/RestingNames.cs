using MassTransit;

namespace CloudIa.Transport.Connection;

/// <summary>Waits for the name of a queue that was deleted. Not for sends: who waits for one can do better than to wait for a minute.</summary>
internal static class RestingNames
{
    // AWS: 60 s.
    private const int Attempts = 7;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <param name="queue">Its name.</param>
    /// <param name="call">What may have to create it. Tried again while the name rests.</param>
    /// <param name="time">For the pauses.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<T> WaitAsync<T>(string queue, Func<Task<T>> call, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < Attempts && BrokerErrors.IsResting(exception))
            {
                if (attempt == 1)
                    LogContext.Warning?.Log(exception, "{Queue} was deleted and cannot be made again yet; it is waited for", queue);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
