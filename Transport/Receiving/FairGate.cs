namespace CloudIa.Transport.Receiving;

/// <summary>
/// Lets so many messages of an endpoint be worked on at once. Of those that wait, one of the group goes next that has the fewest in work, and of several such
/// groups the one that was served, or came, longest ago: whoever sends much waits behind themselves. Within a group the first comes first; without groups all are one.
/// </summary>
/// <param name="places">Messages in work at a time.</param>
internal sealed class FairGate(int places)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly SortedSet<Share> _waiting = [];
    private int _free = places;
    private long _turns;

    /// <summary>Waits for a place; whoever got one calls <see cref="Leave"/>.</summary>
    /// <exception cref="OperationCanceledException">There is none, and nobody waits for it any more.</exception>
    public async Task EnterAsync(string? group, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_shares.TryGetValue(group ?? "", out var share))
                _shares[group ?? ""] = share = new Share(group ?? "") { Turn = ++_turns };
            if (_free > 0)
            {
                _free--;
                Begin(share);
                return;
            }

            share.Waiters.Enqueue(waiter);
            _waiting.Add(share);
        }

        // Who is cancelled stays in line until it is their turn, which is then the next one's.
        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter)
            .ConfigureAwait(false);
        await waiter.Task.ConfigureAwait(false);
    }

    /// <param name="group">As it was entered with.</param>
    public void Leave(string? group)
    {
        lock (_gate)
        {
            var left = _shares[group ?? ""];
            Change(left, x => x.Running--);
            _free++;
            while (_free > 0 && _waiting.Min is { } next)
            {
                var waiter = next.Waiters.Dequeue();
                if (next.Waiters.Count == 0)
                    _waiting.Remove(next);
                if (waiter.TrySetResult())
                {
                    _free--;
                    Begin(next);
                }
                else
                {
                    Forget(next);
                }
            }

            Forget(left);
        }
    }

    private void Begin(Share share) => Change(share, x =>
    {
        x.Running++;
        x.Turn = ++_turns;
    });

    // A sorted set does not see that what it is sorted by has changed.
    private void Change(Share share, Action<Share> change)
    {
        var waits = _waiting.Remove(share);
        change(share);
        if (waits)
            _waiting.Add(share);
    }

    private void Forget(Share share)
    {
        if (share is { Running: 0, Waiters.Count: 0 })
            _shares.Remove(share.Group);
    }

    private sealed class Share(string group) : IComparable<Share>
    {
        public string Group => group;

        public Queue<TaskCompletionSource> Waiters { get; } = new();

        public int Running { get; set; }

        /// <summary>When it was served last, or came: no two are the same, and whoever waits gets nearer.</summary>
        public long Turn { get; set; }

        public int CompareTo(Share? other) => other is null ? 1 : (Running, Turn).CompareTo((other.Running, other.Turn));
    }
}
