using CloudIa.Sagas.Leases;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Operations;

/// <summary>Carries out operators' operations, each on its own, for as long as this process has the lease.</summary>
internal sealed partial class OperationWorker(
    IOperationStore operations, OperationRun run, OperationLease lease, IOptions<OperationOptions> options, TimeProvider time, ILogger<OperationWorker> logger) : BackgroundService
{
    private readonly Dictionary<Guid, Task> _running = [];

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
        var mine = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewed = time.GetTimestamp();
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            try
            {
                if (await lease.TakeAsync(options.Value.Lease, stoppingToken))
                {
                    renewed = time.GetTimestamp();
                    await BeginAsync(mine.Token);
                    continue;
                }

                mine = await GiveUpAsync(mine, stoppingToken);
            }
#pragma warning disable CA1031 // Whatever it is, the next round may go.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.Failed(logger, exception);

                // Redis may have given it to another one.
                if (time.GetElapsedTime(renewed) >= options.Value.Lease)
                    mine = await GiveUpAsync(mine, stoppingToken);
            }
        }
        while (await timer.WaitAsync(stoppingToken));

        await GiveUpAsync(mine, stoppingToken);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        foreach (var ended in _running.Where(x => x.Value.IsCompleted).Select(x => x.Key).ToList())
            _running.Remove(ended);

        await foreach (var operation in operations.ListOpenAsync(cancellationToken))
            _running.TryAdd(operation.Id, _running.ContainsKey(operation.Id) ? Task.CompletedTask : RunAsync(operation, cancellationToken));
    }

    private async Task RunAsync(OperationRecord operation, CancellationToken cancellationToken)
    {
        try
        {
            await run.RunAsync(operation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Who has the lease goes on with it.
        }
#pragma warning disable CA1031 // Whatever it is, it is begun anew in the next round.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Stuck(logger, exception, operation.Id);
        }
    }

    private async Task<CancellationTokenSource> GiveUpAsync(CancellationTokenSource mine, CancellationToken stoppingToken)
    {
        await mine.CancelAsync();
        await Task.WhenAll(_running.Values);
        _running.Clear();
        mine.Dispose();
        return CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2501, LogLevel.Error, "A round of operations failed; the next one follows.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2502, LogLevel.Error, "Operation {Operation} does not get on; it is begun anew in the next round.")]
        public static partial void Stuck(ILogger logger, Exception exception, Guid operation);

        [LoggerMessage(2506, LogLevel.Debug, "The operations' lease was not given back ({Exception}); it ends by itself.")]
        public static partial void NotReleased(ILogger logger, string exception);
    }
}
