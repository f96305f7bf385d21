using CloudIa.Sagas.Leases;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Sweeps for as long as this process has the lease.</summary>
internal sealed partial class JobSweeper(Sweep sweep, SweepLease lease, IOptions<SweeperOptions> options, TimeProvider time, ILogger<JobSweeper> logger) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
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
            Log.NotReleased(logger, exception.GetType().Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lastRows = time.GetUtcNow() - options.Value.RowInterval;
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            try
            {
                if (!await lease.TakeAsync(options.Value.Lease, stoppingToken))
                    continue;

                await AllDeadlinesAsync(stoppingToken);
                if (time.GetUtcNow() - lastRows >= options.Value.RowInterval)
                {
                    lastRows = time.GetUtcNow();
                    await sweep.RowsAsync(stoppingToken);
                }
            }
#pragma warning disable CA1031 // Whatever it is, the next round may go: a sweeper that ends leaves jobs stuck.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.Failed(logger, exception);
            }
        }
        while (await timer.WaitAsync(stoppingToken));
    }

    private async Task AllDeadlinesAsync(CancellationToken cancellationToken)
    {
        while (await sweep.DeadlinesAsync(cancellationToken) == options.Value.Batch && await lease.TakeAsync(options.Value.Lease, cancellationToken))
        {
            // The rest.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2111, LogLevel.Error, "A round of the sweeper failed; the next one follows.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2112, LogLevel.Debug, "The sweeper's lease was not given back ({Exception}); it ends by itself.")]
        public static partial void NotReleased(ILogger logger, string exception);
    }
}
