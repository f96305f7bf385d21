using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>
/// Time that passes when nobody has anything to do: once all is quiet it skips to the next timer that is due, so that
/// minutes of delay take milliseconds. <see cref="Stop"/> leaves it to the test, with Advance.
/// </summary>
internal sealed class FakeClock : FakeTimeProvider, IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(3);

    // A pool that is kept busy by other tests must not hold the clock for ever.
    private static readonly TimeSpan QuietEnough = TimeSpan.FromMilliseconds(60);

    private readonly Lock _gate = new();
    private readonly HashSet<Tracked> _timers = [];
    private readonly ManualResetEventSlim _never = new();
    private long _lastActivity = Stopwatch.GetTimestamp();
    private int _busy;
    private volatile bool _stopped;
    private volatile bool _ended;

    public FakeClock()
    {
        new Thread(Pump) { IsBackground = true, Name = "fake clock" }.Start();
    }

    /// <summary>From now on time passes only by Advance.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Lets time pass by itself again.</summary>
    public void Run() => _stopped = false;

    /// <summary>Something happens, so time waits a little.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, Stopwatch.GetTimestamp());

    /// <summary>Time stands until the result is disposed.</summary>
    public IDisposable Hold()
    {
        Interlocked.Increment(ref _busy);
        return new Held(this);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Tracked(this, callback, state);
        timer.Start(base.CreateTimer(Tracked.Fire, timer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), dueTime, period);
        return timer;
    }

    // Not waited for: what a timer wakes may run on the pump's thread, up to the end of a test.
    public void Dispose() => _ended = true;

    private void Pump()
    {
        while (!_ended && !_never.Wait(1))
        {
            if (!_stopped && IsQuiet() && NextDue() is { } due)
            {
                Touch();
                var wait = due - GetUtcNow();
                Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            }
        }
    }

    private bool IsQuiet()
    {
        if (Volatile.Read(ref _busy) > 0)
            return false;

        var quiet = Stopwatch.GetElapsedTime(Volatile.Read(ref _lastActivity));
        return quiet > QuietEnough || (quiet > Quiet && ThreadPool.PendingWorkItemCount == 0);
    }

    private DateTimeOffset? NextDue()
    {
        lock (_gate)
            return _timers.Min(x => x.Due);
    }

    private sealed class Held(FakeClock clock) : IDisposable
    {
        public void Dispose()
        {
            clock.Touch();
            Interlocked.Decrement(ref clock._busy);
        }
    }

    private sealed class Tracked(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? _inner;
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public static void Fire(object? timer) => ((Tracked)timer!).Fire();

        public void Start(ITimer inner, TimeSpan dueTime, TimeSpan period)
        {
            _inner = inner;
            lock (clock._gate)
                clock._timers.Add(this);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Touch();
            lock (clock._gate)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
            }

            return _inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
            _inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            lock (clock._gate)
                Due = _period > TimeSpan.Zero ? clock.GetUtcNow() + _period : null;
            clock.Touch();
            callback(state);
            clock.Touch();
        }
    }
}
