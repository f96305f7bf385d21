using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.Erasing;

/// <summary>Goes on with each erasure that is under way, and completes those of which nothing more was found for the grace.</summary>
internal sealed partial class ErasureRound(IErasureStore erasures, Eraser eraser, IOptions<ErasureOptions> options, TimeProvider time, ILogger<ErasureRound> logger)
{
    /// <param name="alive">False: another process has taken over.</param>
    public async Task RunAsync(Func<Task<bool>> alive, CancellationToken cancellationToken)
    {
        await foreach (var erasure in erasures.ListOpenAsync(cancellationToken))
        {
            try
            {
                // The index is behind the rows.
                if (await erasures.GetAsync(erasure.UserId, erasure.ChatId, cancellationToken) is { CompletedAt: null } now)
                    await GoOnAsync(now, alive, cancellationToken);
            }
            catch (Exception exception) when (exception is InvalidDataException or FormatException)
            {
                // What cannot be read of one is not to hold up the others.
                Log.Unreadable(logger, exception, erasure.RequestedAt);
            }

            if (!await alive())
                return;
        }
    }

    private async Task GoOnAsync(ErasureRecord erasure, Func<Task<bool>> alive, CancellationToken cancellationToken)
    {
        var pass = await eraser.PassAsync(erasure, alive, cancellationToken);
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

    private static partial class Log
    {
        [LoggerMessage(2413, LogLevel.Information, "Erasure of {What}, asked for at {RequestedAt:O}: completed.")]
        public static partial void Completed(ILogger logger, string what, DateTimeOffset requestedAt);

        [LoggerMessage(2414, LogLevel.Error, "The erasure asked for at {RequestedAt:O} meets a row that cannot be read, so it does not get on.")]
        public static partial void Unreadable(ILogger logger, Exception exception, DateTimeOffset requestedAt);
    }
}
