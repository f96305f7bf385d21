namespace CloudIa.Faults.Load;

/// <summary>How many jobs are still to be submitted. It grows with what is broken, so that neither load nor trouble is over before the other.</summary>
internal sealed class JobBudget(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private int _taken;
    private volatile int _limit;
    private volatile bool _closed;

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>So many may have been submitted by now.</summary>
    public int Limit
    {
        get => _limit;
        set => _limit = value;
    }

    /// <summary>Waits until there is one to submit.</summary>
    /// <returns>False: the scenario has what it needs, users stop.</returns>
    public async Task<bool> TakeAsync()
    {
        while (!_closed)
        {
            if (Interlocked.Increment(ref _taken) <= _limit)
                return true;

            Interlocked.Decrement(ref _taken);
            await Task.Delay(Look, time);
        }

        return false;
    }

    public void Close() => _closed = true;
}
