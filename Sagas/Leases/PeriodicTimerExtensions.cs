namespace CloudIa.Sagas.Leases;

internal static class PeriodicTimerExtensions
{
    /// <summary>The next tick. False: it was cancelled.</summary>
    public static async Task<bool> WaitAsync(this PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
