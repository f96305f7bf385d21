using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Erasing;

/// <summary>Goes on with each erasure that is under way, and completes those of which nothing more was found for the grace.</summary>
internal sealed partial class ErasureRound(IErasureStore erasures, Eraser eraser, IOptions<ErasureOptions> options, TimeProvider time, ILogger<ErasureRound> logger)
{
    /// <param name="alive">False: another process has taken over.</param>
    public async Task RunAsync(Func<Task<bool>> alive, CancellationToken cancellationToken)
    {
        // Users before chats: who deletes many of those waits for them alone.
        var open = await erasures.ListOpenAsync(cancellationToken).ToListAsync(cancellationToken);
        foreach (var erasure in open.OrderBy(x => x.ChatId is not null).Where(x => !IsWaiting(x)))
        {
            try
            {
                // The index is behind the rows.
                if (await erasures.GetAsync(erasure.UserId, erasure.ChatId, cancellationToken) is { CompletedAt: null } now && !IsWaiting(now))
                    await GoOnAsync(now, alive, cancellationToken);
            }
#pragma warning disable CA1031 // Whatever it is: what is wrong with one is not to hold up the others.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.Stuck(logger, exception, erasure.RequestedAt);
            }

            if (!await alive())
                return;
        }
    }

    /// <summary>Nothing is looked for until the grace is over: what comes in it is found then.</summary>
    private bool IsWaiting(ErasureRecord erasure) => erasure.ClearSince is { } since && time.GetUtcNow() - since < options.Value.Grace;

    private async Task GoOnAsync(ErasureRecord erasure, Func<Task<bool>> alive, CancellationToken cancellationToken)
    {
        var pass = await eraser.PassAsync(erasure, alive, cancellationToken);
        var now = time.GetUtcNow();
        if (!pass.IsClear)
        {
            if (erasure.ClearSince is not null)
                await erasures.NoteAsync(erasure, clearSince: null, cancellationToken);
        }
        else if (erasure.ClearSince is null)
        {
            await erasures.NoteAsync(erasure, now, cancellationToken);
        }
        else
        {
            await erasures.CompleteAsync(erasure, now, cancellationToken);
            Log.Completed(logger, erasure.ChatId is null ? "a user" : "a chat", erasure.RequestedAt);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2413, LogLevel.Information, "Erasure of {What}, asked for at {RequestedAt:O}: completed.")]
        public static partial void Completed(ILogger logger, string what, DateTimeOffset requestedAt);

        [LoggerMessage(2414, LogLevel.Error, "The erasure asked for at {RequestedAt:O} does not get on; it is tried again in the next round.")]
        public static partial void Stuck(ILogger logger, Exception exception, DateTimeOffset requestedAt);
    }
}
