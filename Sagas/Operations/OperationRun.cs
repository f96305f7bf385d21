using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using MassTransit;
using StackExchange.Redis;

namespace CloudIa.Sagas.Operations;

/// <summary>
/// Carries out one operation to its end. After a kill it is begun anew: what was done is not found again, since each item's own conditional write took it out of what is
/// looked for.
/// </summary>
internal sealed partial class OperationRun(
    IOperationStore operations, IEnumerable<IOperationWork> works, TimeProvider time, ILogger<OperationRun> logger)
{
    private const int KeptFailures = 10;

    /// <summary>How often the row is told, and asked whether it was cancelled.</summary>
    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(1);

    public async Task RunAsync(OperationRecord operation, CancellationToken cancellationToken)
    {
        // The index is behind the rows.
        if (await operations.GetAsync(operation.Id, cancellationToken) is not { State: OperationState.Running } now)
            return;

        var tally = new Tally { Progress = now.Progress with { Found = now.Progress.Done + now.Progress.Skipped + now.Progress.Failed } };
        if (works.FirstOrDefault(x => x.Kind == now.Kind) is not { } work)
        {
            Log.Unknown(logger, now.Id, now.Kind);
            return;
        }

        if (!await WorkAsync(now, work, tally, cancellationToken))
            return;

        await operations.NoteAsync(now.Id, tally.Progress, cancellationToken);
        await operations.EndAsync(now.Id, OperationState.Done, time.GetUtcNow(), cancellationToken);
        Log.Ended(logger, now.Id, now.Kind, tally.Progress.Done, tally.Progress.Skipped, tally.Progress.Failed);
    }

    /// <returns>False: it was cancelled.</returns>
    private async Task<bool> WorkAsync(OperationRecord operation, IOperationWork work, Tally tally, CancellationToken cancellationToken)
    {
        var pace = new Pace(time, operation.RatePerSecond);
        var (later, noted) = (new Queue<string>(), time.GetTimestamp());
        await foreach (var target in work.FindAsync(operation, cancellationToken))
        {
            if (target is not null)
            {
                tally.Progress = tally.Progress with { Found = tally.Progress.Found + 1 };
                await pace.WaitAsync(cancellationToken);
                await DoAsync(target);
            }

            if (!await GoesOnAsync())
                return false;
        }

        // What somebody else is at, or died at: its claim ends.
        while (later.TryDequeue(out var target))
        {
            await Task.Delay(NoteEvery, time, cancellationToken);
            await DoAsync(target);
            if (!await GoesOnAsync())
                return false;
        }

        return true;

        async Task DoAsync(string target)
        {
            if (await ResultAsync(operation, work, target, tally, cancellationToken) == ItemResult.Later)
                later.Enqueue(target);
        }

        async Task<bool> GoesOnAsync()
        {
            if (time.GetElapsedTime(noted) < NoteEvery)
                return true;

            noted = time.GetTimestamp();
            return await operations.NoteAsync(operation.Id, tally.Progress, cancellationToken);
        }
    }

    private async Task<ItemResult?> ResultAsync(OperationRecord operation, IOperationWork work, string target, Tally tally, CancellationToken cancellationToken)
    {
        var progress = tally.Progress;
        try
        {
            var result = await work.DoAsync(target, operation, cancellationToken);
            tally.Progress = result switch
            {
                ItemResult.Done => progress with { Done = progress.Done + 1 },
                ItemResult.Skipped => progress with { Skipped = progress.Skipped + 1 },
                _ => progress,
            };
            return result;
        }
#pragma warning disable CA1031 // Whatever it is: what is wrong with one is not to hold up the others.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.ItemFailed(logger, exception, operation.Id, target);
            tally.Progress = progress with
            {
                Failed = progress.Failed + 1,
                LastFailures = [new(target, Code(exception), time.GetUtcNow()), .. progress.LastFailures.Take(KeptFailures - 1)],
            };
            return null;
        }
    }

    private static string Code(Exception exception) => exception switch
    {
        RedisException or RedisTimeoutException => "redis_unavailable",
        MassTransitException when exception.MayBeSent() => "sqs_uncertain",
        MassTransitException => "sqs_unavailable",
        _ when StoreFailures.MayPass(exception) => "store_unavailable",
        _ => "internal_error",
    };

    private sealed class Tally
    {
        public required OperationProgress Progress { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(2503, LogLevel.Information, "Operation {Operation} ({Kind}) has ended: {Done} done, {Skipped} skipped, {Failed} failed.")]
        public static partial void Ended(ILogger logger, Guid operation, string kind, int done, int skipped, int failed);

        [LoggerMessage(2504, LogLevel.Warning, "Operation {Operation} could not do its work on {Target}; it goes on with the next.")]
        public static partial void ItemFailed(ILogger logger, Exception exception, Guid operation, string target);

        [LoggerMessage(2505, LogLevel.Error, "Operation {Operation} is {Kind}, which this version does not know: a newer one has to carry it out, or an operator to cancel it.")]
        public static partial void Unknown(ILogger logger, Guid operation, string kind);
    }
}
