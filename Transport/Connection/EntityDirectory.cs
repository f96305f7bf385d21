using System.Collections.Concurrent;

namespace CloudIa.Transport.Connection;

/// <summary>Finds each queue or topic once, and shares what it found; a failure is told to who waits for it, and is not kept.</summary>
internal abstract class EntityDirectory<TSettings, THandle>(Func<TSettings, string> nameOf)
    where THandle : class
{
    private readonly ConcurrentDictionary<string, Lookup> _lookups = new(StringComparer.Ordinal);

    /// <summary>What is there.</summary>
    public IEnumerable<THandle> Found => _lookups.Values.Select(x => x.Found).OfType<THandle>();

    /// <param name="settings">What is looked for.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the lookup goes on for others.</param>
    /// <param name="create">Whether it is made where it is missing.</param>
    public Task<THandle> GetAsync(TSettings settings, CancellationToken cancellationToken, bool create = true)
    {
        var name = nameOf(settings);
        if (!_lookups.TryGetValue(name, out var lookup) || !lookup.Serves(create))
            lookup = Begin(name, settings, create);
        return lookup.Found is null ? lookup.Result.WaitAsync(cancellationToken) : lookup.Result;
    }

    /// <summary>For an entity that turned out to be gone.</summary>
    public void Forget(string name) => _lookups.TryRemove(name, out _);

    protected abstract Task<THandle> FindAsync(TSettings settings, bool create);

    private Lookup Begin(string name, TSettings settings, bool create)
    {
        var mine = new Lookup(create);
        Lookup? before = null;
        var winner = _lookups.AddOrUpdate(name, _ => After(null), (_, x) => x.Serves(create) ? x : After(x));
        if (winner == mine)
            _ = mine.RunAsync(before, () => FindAsync(settings, create));
        return winner;

        Lookup After(Lookup? other)
        {
            before = other;
            return mine;
        }
    }

    private sealed class Lookup(bool creates)
    {
        private readonly TaskCompletionSource<THandle> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile THandle? _found;

        public Task<THandle> Result => _source.Task;

        public THandle? Found => _found;

        /// <summary>One that only looks is not for a caller who wants it made.</summary>
        public bool Serves(bool create) => !Result.IsFaulted && (creates || !create || _found is not null);

        public async Task RunAsync(Lookup? before, Func<Task<THandle>> find)
        {
            try
            {
                // Two handles of one FIFO queue would not keep the order: what the other finds is ours.
                if (before is not null)
                    await ((Task)before.Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var found = before?.Found ?? await find().ConfigureAwait(false);
                _found = found;
                _source.SetResult(found);
            }
            catch (Exception exception)
            {
                _source.SetException(exception);
            }
        }
    }
}
