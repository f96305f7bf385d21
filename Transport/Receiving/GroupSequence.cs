namespace CloudIa.Transport.Receiving;

/// <summary>Runs the work of one FIFO group in the order of arrival, so many at a time; groups run beside each other.</summary>
internal sealed class GroupSequence(int atATime)
{
    private readonly Dictionary<string, Group> _groups = [];

    /// <summary>Takes a place in the group's line, in the order of the calls.</summary>
    public Turn Join(string name)
    {
        lock (_groups)
        {
            if (!_groups.TryGetValue(name, out var group))
                _groups[name] = group = new Group(name, new SemaphoreSlim(atATime, atATime));
            group.Users++;
            // Waiters of a semaphore are served in order.
            return new Turn(this, group, group.Places.WaitAsync());
        }
    }

    /// <summary>A message's place in its group's line; disposed when the message has gone.</summary>
    internal sealed class Turn(GroupSequence owner, Group group, Task begun) : IDisposable
    {
        private readonly int _breaks = group.Breaks;

        public Task Begun => begun;

        /// <summary>An earlier message of the group goes back to the queue, so this one must, too: it would overtake.</summary>
        public bool IsBroken
        {
            get
            {
                lock (owner._groups)
                    return group.Breaks != _breaks;
            }
        }

        /// <summary>This message goes back to the queue.</summary>
        public void Break()
        {
            lock (owner._groups)
                group.Breaks++;
        }

        public void Dispose()
        {
            group.Places.Release();
            lock (owner._groups)
            {
                if (--group.Users == 0)
                    owner._groups.Remove(group.Name);
            }
        }
    }

    internal sealed class Group(string name, SemaphoreSlim places)
    {
        public string Name => name;

        public SemaphoreSlim Places => places;

        public int Users { get; set; }

        public int Breaks { get; set; }
    }
}
