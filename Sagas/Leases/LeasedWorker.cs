namespace CloudIa.Sagas.Leases;

/// <summary>Does its rounds, one after the other, for as long as this process has the lease.</summary>
/// <param name="length">Of the lease, from each sign of life.</param>
/// <param name="interval">Between two rounds.</param>
internal abstract class LeasedWorker(Lease lease, TimeSpan length, TimeSpan interval, TimeProvider time) : BackgroundService
{
    public sealed override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await lease.ReleaseAsync().WaitAsync(cancellationToken);
        }
#pragma warning disable CA1031 // It ends by itself, and the host is going down.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NotReleased(exception);
        }
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            try
            {
                if (await AliveAsync(stoppingToken))
                    await RoundAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Whatever it is, the next round may go: what a worker that ends leaves undone waits for a restart.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Failed(exception);
            }
        }
        while (await timer.WaitAsync(stoppingToken));
    }

    protected abstract Task RoundAsync(CancellationToken cancellationToken);

    protected abstract void Failed(Exception exception);

    protected abstract void NotReleased(Exception exception);

    /// <summary>A sign of life. False: another process has taken over.</summary>
    protected Task<bool> AliveAsync(CancellationToken cancellationToken) => lease.TakeAsync(length, cancellationToken);
}
