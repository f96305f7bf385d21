namespace CloudIa.Faults.Load;

/// <summary>How many jobs are still to be submitted.</summary>
internal sealed class JobBudget
{
    private int _taken;
    private volatile bool _closed;

    public int Taken => Volatile.Read(ref _taken);

    /// <returns>False: the scenario has what it needs, users stop.</returns>
    public bool TryTake()
    {
        if (_closed)
            return false;

        Interlocked.Increment(ref _taken);
        return true;
    }

    public void Close() => _closed = true;
}
