namespace CloudIa.Transport.Receiving;

/// <summary>Runs the work of one FIFO group in the order of arrival, so many at a time; groups run beside each other.</summary>
internal sealed class GroupSequence(int atATime)
{
    private readonly Dictionary<string, Group> _groups = [];

    public async Task RunAsync(string group, Func<Task> work)
    {
        Task turn;
        Group queue;
        lock (_groups)
        {
            if (!_groups.TryGetValue(group, out queue!))
                _groups[group] = queue = new Group(new SemaphoreSlim(atATime, atATime));
            queue.Users++;
            // Waiters of a semaphore are served in order.
            turn = queue.Turn.WaitAsync();
        }

        await turn.ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            queue.Turn.Release();
            lock (_groups)
            {
                if (--queue.Users == 0)
                    _groups.Remove(group);
            }
        }
    }

    private sealed class Group(SemaphoreSlim turn)
    {
        public SemaphoreSlim Turn => turn;

        public int Users { get; set; }
    }
}
