using System.Runtime.ExceptionServices;
using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>
/// Long polls of one queue: one while it is quiet, more while batches come full, never more messages than the prefetch
/// count. Each poller goes its own way, so that one slow answer or message holds no other.
/// </summary>
/// <param name="prefetch">The most messages held at a time.</param>
/// <param name="poll">One long poll for at most so many.</param>
/// <param name="accept">Takes a message; calls <see cref="Finished"/> when done with it. Must not block.</param>
/// <param name="time">For the waits.</param>
/// <param name="before">Awaited before each poll; null: nothing is.</param>
/// <param name="stopping">No new poll after this. A running one is never cancelled: what it was about to bring would be lost.</param>
internal sealed class PollerPool(int prefetch, Func<int, Task<IReadOnlyList<Message>>> poll, Action<Message> accept,
    TimeProvider time, CancellationToken stopping, Func<CancellationToken, Task>? before = null)
{
    private const int Attempts = 3;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = NewSource();
    private readonly int _maxPollers = Math.Max(1, (prefetch + AwsLimits.BatchEntries - 1) / AwsLimits.BatchEntries);
    private TaskCompletionSource _room = NewSource();
    private int _taken;
    private int _running;
    private Exception? _failure;

    /// <summary>Ends when all pollers have, with the failure of one when its polls kept failing.</summary>
    public async Task RunAsync()
    {
        if (!Start())
            return;

        await _ended.Task.ConfigureAwait(false);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>A message is done with: there is room for another.</summary>
    public void Finished() => GiveBack(1);

    private bool Start()
    {
        lock (_gate)
        {
            if (_running >= _maxPollers || _failure is not null || stopping.IsCancellationRequested)
                return false;

            _running++;
        }

        _ = Task.Run(PollAsync);
        return true;
    }

    private async Task PollAsync()
    {
        try
        {
            while (await TakeAsync().ConfigureAwait(false) is > 0 and var wanted)
            {
                var messages = await TryPollAsync(wanted).ConfigureAwait(false);
                GiveBack(wanted - messages.Count);
                foreach (var message in messages)
                    accept(message);
                if (messages.Count == AwsLimits.BatchEntries)
                    Start();
                else if (messages.Count == 0 && EndIfNotLast())
                    return;
            }
        }
        catch (Exception exception)
        {
            // The others end after their current poll; then this is what the endpoint fails with.
            lock (_gate)
                _failure ??= exception;
        }

        lock (_gate)
        {
            if (--_running == 0)
                _ended.TrySetResult();
        }
    }

    private bool EndIfNotLast()
    {
        lock (_gate)
        {
            if (_running == 1)
                return false;

            _running--;
            return true;
        }
    }

    private async Task<IReadOnlyList<Message>> TryPollAsync(int wanted)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (before is not null)
                    await before(stopping).ConfigureAwait(false);
                return await poll(wanted).ConfigureAwait(false);
            }
            catch (Exception exception) when (BrokerErrors.IsThrottling(exception) && !stopping.IsCancellationRequested)
            {
                // Deploying the endpoint again would be more calls yet; SQS is there, so it only waits longer.
                if (attempt == Attempts)
                    LogContext.Warning?.Log(exception, "SQS throttles polls; they go on, up to {Longest} apart", LongestRetry);
                var wait = FirstRetry * Math.Pow(2, Math.Min(attempt - 1, 10));
                await PauseAsync(wait < LongestRetry ? wait : LongestRetry).ConfigureAwait(false);
            }
            catch (Exception exception) when (BrokerErrors.IsOutage(exception) && attempt < Attempts && !stopping.IsCancellationRequested)
            {
                LogContext.Debug?.Log(exception, "A poll failed; trying again ({Attempt} of {Attempts})", attempt, Attempts);
                await PauseAsync(FirstRetry * attempt).ConfigureAwait(false);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return [];
            }

            // A poll that begins during a stop would hold it up for its whole wait.
            if (stopping.IsCancellationRequested)
                return [];
        }
    }

    private async Task PauseAsync(TimeSpan pause) =>
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // Takes room for a full batch where it can, for less rather than waiting for messages that take long.
    private async Task<int> TakeAsync()
    {
        var gathered = false;
        while (!stopping.IsCancellationRequested)
        {
            Task room;
            lock (_gate)
            {
                if (_failure is not null)
                    return 0;

                var free = Math.Min(prefetch - _taken, AwsLimits.BatchEntries);
                if (free > 0 && (gathered || free >= Math.Min(AwsLimits.BatchEntries, (prefetch + 1) / 2)))
                {
                    _taken += free;
                    return free;
                }

                gathered = free > 0;
                if (_room.Task.IsCompleted)
                    _room = NewSource();
                room = _room.Task;
            }

            if (gathered)
                await Task.Delay(Gather, time, CancellationToken.None).ConfigureAwait(false);
            else
                await room.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 0;
    }

    private void GiveBack(int count)
    {
        lock (_gate)
        {
            _taken -= count;
            _room.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
