using Microsoft.Extensions.Time.Testing;

namespace CloudIa.Tests.Infrastructure;

/// <summary>A clock that stands, and says how often somebody began to wait by it.</summary>
internal sealed class CountingTime : FakeTimeProvider
{
    private int _timers;

    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        return timer;
    }
}
