namespace CloudIa.Listening;

internal static class SemaphoreExtensions
{
    /// <summary>Waits for the signal, but not for longer than <paramref name="most"/> by this clock. False: it did not come.</summary>
    public static async Task<bool> WaitAsync(this SemaphoreSlim signal, TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        // What is there already needs no timer: that is the case of an answer that is being written.
        if (await signal.WaitAsync(0, cancellationToken))
        {
            return true;
        }

        using var over = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await signal.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
