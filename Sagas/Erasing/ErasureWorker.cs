using CloudIa.Sagas.Leases;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Erasing;

/// <summary>Erases what users asked to be erased, for as long as this process has the lease.</summary>
internal sealed partial class ErasureWorker(
    IErasureStore erasures, Eraser eraser, ErasureLease lease, IOptions<ErasureOptions> options, TimeProvider time, ILogger<ErasureWorker> logger) : BackgroundService
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
                    await RoundAsync(stoppingToken);
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

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        await foreach (var erasure in erasures.ListOpenAsync(cancellationToken))
        {
            try
            {
                // The index is behind the rows.
                if (await erasures.GetAsync(erasure.UserId, erasure.ChatId, cancellationToken) is { CompletedAt: null } now)
                    await GoOnAsync(now, cancellationToken);
            }
            catch (Exception exception) when (exception is InvalidDataException or FormatException)
            {
                // What cannot be read of one is not to hold up the others.
                Log.Unreadable(logger, exception, erasure.RequestedAt);
            }

            if (!await AliveAsync(cancellationToken))
                return;
        }
    }

    private async Task GoOnAsync(ErasureRecord erasure, CancellationToken cancellationToken)
    {
        var pass = await eraser.PassAsync(erasure, () => AliveAsync(cancellationToken), cancellationToken);
        var now = time.GetUtcNow();
        if (!pass.IsClear)
        {
            if (erasure.ClearSince is not null)
                await erasures.NoteAsync(erasure, clearSince: null, cancellationToken);
        }
        else if (erasure.ClearSince is not { } since)
        {
            await erasures.NoteAsync(erasure, now, cancellationToken);
        }
        else if (now - since >= options.Value.Grace)
        {
            await erasures.CompleteAsync(erasure, now, cancellationToken);
            Log.Completed(logger, erasure.ChatId is null ? "a user" : "a chat", erasure.RequestedAt);
        }
    }

    private Task<bool> AliveAsync(CancellationToken cancellationToken) => lease.TakeAsync(options.Value.Lease, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(2411, LogLevel.Error, "A round of erasing failed; the next one follows.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2412, LogLevel.Debug, "The eraser's lease was not given back ({Exception}); it ends by itself.")]
        public static partial void NotReleased(ILogger logger, string exception);

        [LoggerMessage(2413, LogLevel.Information, "Erasure of {What}, asked for at {RequestedAt:O}: completed.")]
        public static partial void Completed(ILogger logger, string what, DateTimeOffset requestedAt);

        [LoggerMessage(2414, LogLevel.Error, "The erasure asked for at {RequestedAt:O} meets a row that cannot be read, so it does not get on.")]
        public static partial void Unreadable(ILogger logger, Exception exception, DateTimeOffset requestedAt);
    }
}
