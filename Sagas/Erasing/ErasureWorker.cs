using CloudIa.Sagas.Leases;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Erasing;

/// <summary>Erases what users asked to be erased, for as long as this process has the lease.</summary>
internal sealed partial class ErasureWorker(
    ErasureRound round, ErasureLease lease, IOptions<ErasureOptions> options, TimeProvider time, ILogger<ErasureWorker> logger)
    : LeasedWorker(lease, options.Value.Lease, options.Value.Interval, time)
{
    protected override Task RoundAsync(CancellationToken cancellationToken) => round.RunAsync(() => AliveAsync(cancellationToken), cancellationToken);

    protected override void Failed(Exception exception) => Log.Failed(logger, exception);

    protected override void NotReleased(Exception exception) => Log.NotReleased(logger, exception.GetType().Name);

    private static partial class Log
    {
        [LoggerMessage(2411, LogLevel.Error, "A round of erasing failed; the next one follows.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2412, LogLevel.Debug, "The eraser's lease was not given back ({Exception}); it ends by itself.")]
        public static partial void NotReleased(ILogger logger, string exception);
    }
}
