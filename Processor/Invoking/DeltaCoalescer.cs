using System.Runtime.CompilerServices;

namespace CloudIa.Processor.Invoking;

/// <summary>Makes few deltas of many tokens, and says when nothing has come for a while.</summary>
/// <remarks>The first text of all, and what comes slower than the window, is given at once: only what would come sooner than that after a delta waits, and is gathered.</remarks>
/// <param name="window">The least time between two deltas.</param>
/// <param name="idle">After how long without anything given a sign of life is.</param>
internal sealed class DeltaCoalescer(TimeSpan window, TimeSpan idle, TimeProvider time)
{
    /// <summary>
    /// The last character waits this much longer for text that may continue it: longer than the pause between two tokens, or a slow
    /// model would send two deltas a token; short enough that nobody sees a letter missing when it pauses.
    /// </summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(250);

    /// <returns>Pieces of the text, and null where nothing was given for the idle time.</returns>
    public async IAsyncEnumerable<string?> CoalesceAsync(
        IAsyncEnumerable<string> source, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var texts = source.GetAsyncEnumerator(stop.Token);
        var next = texts.MoveNextAsync().AsTask();
        try
        {
            var buffer = new DeltaBuffer();
            var (given, since, wait, held) = (time.GetTimestamp(), 0L, window, false);
            long? last = null;
            while (true)
            {
                var untilDue = buffer.IsEmpty ? TimeSpan.MaxValue : wait - time.GetElapsedTime(since);
                var untilIdle = idle - time.GetElapsedTime(given);
                if (untilDue > TimeSpan.Zero && await CompletesAsync(next, untilDue < untilIdle ? untilDue : untilIdle))
                {
                    if (!await next)
                    {
                        break;
                    }

                    // Also where a character is held: there is something to continue it now.
                    if (buffer.IsEmpty || held)
                    {
                        (since, wait, held) = (last ?? time.GetTimestamp(), last is null ? TimeSpan.Zero : window, false);
                    }

                    buffer.Add(texts.Current);
                    next = texts.MoveNextAsync().AsTask();
                    continue;
                }

                string? piece = null;
                if (!buffer.IsEmpty && time.GetElapsedTime(since) >= wait)
                {
                    piece = held ? buffer.TakeSettled() : buffer.TakeSure();
                    (since, wait, held) = (time.GetTimestamp(), Hold, true);
                }

                if (piece is { Length: > 0 })
                {
                    last = time.GetTimestamp();
                }

                if (piece is { Length: > 0 } || time.GetElapsedTime(given) >= idle)
                {
                    yield return piece is { Length: > 0 } ? piece : null;
                    given = time.GetTimestamp();
                }
            }

            if (buffer.TakeRest() is { Length: > 0 } rest)
            {
                yield return rest;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await texts.DisposeAsync();
        }
    }

    /// <returns>Whether the task has completed; false where the time was over first.</returns>
    private async Task<bool> CompletesAsync(Task task, TimeSpan within)
    {
        if (!task.IsCompleted && within > TimeSpan.Zero)
        {
            // Timers know whole milliseconds only, and would be over too early for a fraction of one, again and again.
            await task.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(within.TotalMilliseconds)), time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return task.IsCompleted;
    }
}
