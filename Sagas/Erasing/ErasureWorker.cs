using CloudIa.Sagas.Leases;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Erasing;

/// <summary>Erases what users asked to be erased, for as long as this process has the lease.</summary>
internal sealed partial class ErasureWorker(
    ErasureRound round, ErasureLease lease, IOptions<ErasureOptions> options, TimeProvider time, ILogger<ErasureWorker> logger) : BackgroundService
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
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            try
            {
                if (await AliveAsync(stoppingToken))
                    await round.RunAsync(() => AliveAsync(stoppingToken), stoppingToken);
            }
#pragma warning disable CA1031 // Whatever it is, the next round may go: what a user wants erased must not wait for a restart.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.Failed(logger, exception);
            }
        }
        while (await timer.WaitAsync(stoppingToken));
    }

    private Task<bool> AliveAsync(CancellationToken cancellationToken) => lease.TakeAsync(options.Value.Lease, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(2411, LogLevel.Error, "A round of erasing failed; the next one follows.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2412, LogLevel.Debug, "The eraser's lease was not given back ({Exception}); it ends by itself.")]
        public static partial void NotReleased(ILogger logger, string exception);
    }
}
