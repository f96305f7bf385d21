using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>
/// Renews the locks of one endpoint's messages with one timer and batch calls: at half the timeout, from receipt on, the
/// prefetched ones too. A failed renewal is tried again; a lock that is lost is reported to who works on the message.
/// </summary>
/// <param name="timeout">The queue's visibility timeout, under which messages arrive.</param>
/// <param name="step">What a renewal sets.</param>
/// <param name="longest">The most that SQS or the settings allow, counted from receipt.</param>
/// <param name="renew">One call for up to ten receipts, each with its seconds.</param>
/// <param name="time">The clock.</param>
internal sealed class VisibilityKeeper(TimeSpan timeout, TimeSpan step, TimeSpan longest,
    Func<IReadOnlyList<(string Receipt, int Seconds)>, Task<IReadOnlyList<Renewal>>> renew, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAtMost = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<HeldMessage> _held = [];
    private ITimer? _timer;
    private long _timerAt = long.MaxValue;
    private bool _disposed;

    public void Track(HeldMessage message)
    {
        lock (_gate)
        {
            message.RenewAt = message.Received + Ticks(timeout / 2);
            message.LockedUntil = message.Received + Ticks(timeout);
            _held.Add(message);
            SetTimer(message.RenewAt);
        }
    }

    public void Release(HeldMessage message)
    {
        message.Finish();
        lock (_gate)
            _held.Remove(message);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _held.Clear();
            _timer?.Dispose();
        }
    }

    private void SetTimer()
    {
        if (_held.Count > 0)
            SetTimer(_held.Min(x => Math.Min(x.RenewAt, x.LockedUntil)));
    }

    private void SetTimer(long at)
    {
        if (_disposed || at >= _timerAt)
            return;

        _timerAt = at;
        var wait = time.GetElapsedTime(time.GetTimestamp(), at);
        _timer ??= time.CreateTimer(static x => _ = ((VisibilityKeeper)x!).RenewDueAsync(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task RenewDueAsync()
    {
        List<HeldMessage> due;
        var lost = new List<HeldMessage>();
        lock (_gate)
        {
            _timerAt = long.MaxValue;
            var now = time.GetTimestamp();
            lost.AddRange(_held.Where(x => x.LockedUntil <= now));
            lost.ForEach(x => _held.Remove(x));
            // What is due a little later goes along: fewer calls.
            due = [.. _held.Where(x => x.RenewAt <= now + Ticks(timeout / 10))];
            foreach (var message in due)
                message.RenewAt = long.MaxValue;
            // A renewal of 0 seconds would give the message away.
            due.RemoveAll(x => Left(x, now) < TimeSpan.FromSeconds(1));
            // A renewal that hangs must not hide that a lock runs out.
            SetTimer();
        }

        foreach (var message in lost)
            Lose(message, "its lock ran out before a renewal got through");
        await Task.WhenAll(due.Chunk(AwsLimits.BatchEntries).Select(RenewAsync)).ConfigureAwait(false);
        lock (_gate)
            SetTimer();
    }

    private async Task RenewAsync(HeldMessage[] messages)
    {
        var started = time.GetTimestamp();
        var requests = messages.Select(x => (x.Receipt, Seconds: (int)Left(x, started).TotalSeconds)).ToArray();
        IReadOnlyList<Renewal> outcomes;
        try
        {
            outcomes = await renew(requests).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogContext.Warning?.Log(exception, "Could not renew the locks of {Count} messages; trying again", messages.Length);
            outcomes = [.. messages.Select(_ => Renewal.Failed)];
        }

        for (var index = 0; index < messages.Length; index++)
            Apply(messages[index], requests[index].Receipt, requests[index].Seconds, outcomes[index], started);
    }

    private void Apply(HeldMessage message, string receipt, int seconds, Renewal outcome, long started)
    {
        lock (_gate)
        {
            // Done meanwhile, or come again with a new receipt: this outcome is about the old one.
            if (!_held.Contains(message) || message.Receipt != receipt)
                return;

            if (outcome == Renewal.LockLost)
            {
                _held.Remove(message);
            }
            else
            {
                var wait = outcome == Renewal.Done ? TimeSpan.FromSeconds(seconds) / 2 : Shorter(timeout / 10, RetryAtMost);
                if (outcome == Renewal.Done)
                    message.LockedUntil = started + Ticks(TimeSpan.FromSeconds(seconds));
                // Nothing is to be gained once the most that is allowed is reached.
                message.RenewAt = message.LockedUntil >= message.Received + Ticks(longest)
                    ? long.MaxValue
                    : time.GetTimestamp() + Ticks(wait);
                return;
            }
        }

        Lose(message, "SQS says that it is no longer locked");
    }

    private void Lose(HeldMessage message, string reason)
    {
        LogContext.Warning?.Log("Lost the lock of message {MessageId} after {Held}: {Reason}. It will be delivered again; " +
            "its consumer is told to stop", message.Message.MessageId, time.GetElapsedTime(message.Received), reason);
        message.Lose();
    }

    private TimeSpan Left(HeldMessage message, long now) =>
        Shorter(step, longest - time.GetElapsedTime(message.Received, now));

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
