using CloudIa.Sagas.Leases;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Sweeps for as long as this process has the lease.</summary>
internal sealed partial class JobSweeper(Sweep sweep, SweepLease lease, IOptions<SweeperOptions> options, TimeProvider time, ILogger<JobSweeper> logger)
    : LeasedWorker(lease, options.Value.Lease, options.Value.Interval, time)
{
    private readonly TimeProvider _time = time;
    private DateTimeOffset _lastRows = time.GetUtcNow() - options.Value.RowInterval;

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        while (await sweep.DeadlinesAsync(cancellationToken) == options.Value.Batch && await AliveAsync(cancellationToken))
        {
            // The rest.
        }

        if (_time.GetUtcNow() - _lastRows >= options.Value.RowInterval)
        {
            _lastRows = _time.GetUtcNow();
            await sweep.RowsAsync(cancellationToken);
        }
    }

    protected override void Failed(Exception exception) => Log.Failed(logger, exception);

    protected override void NotReleased(Exception exception) => Log.NotReleased(logger, exception.GetType().Name);

    private static partial class Log
    {
        [LoggerMessage(2111, LogLevel.Error, "A round of the sweeper failed; the next one follows.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2112, LogLevel.Debug, "The sweeper's lease was not given back ({Exception}); it ends by itself.")]
        public static partial void NotReleased(ILogger logger, string exception);
    }
}
