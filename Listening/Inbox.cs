using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;
using CloudIa.Contracts.Client;

namespace CloudIa.Listening;

/// <summary>What waits for one connection. Bounded: of what does not fit only the job's id is kept, and its events are read from the log.</summary>
/// <remarks>
/// Many writers, one reader. While nothing waits it is nearly nothing but its lock, since there may be one for each of very many idle connections: it is
/// itself what its reader awaits, and its queues come and go with what is in them.
/// </remarks>
internal sealed class Inbox(int maxEvents, int maxCharacters) : IValueTaskSource<bool>, IDisposable
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = true };
    private Queue<Work>? _work;
    private Queue<ClientEvent>? _announced;
    private HashSet<Guid>? _missed;
    private long _characters;
    private bool _isWaiting;
    private bool _isClosed;

    /// <summary>For tests and metrics: how many events are held.</summary>
    public int Buffered
    {
        get { lock (_lock) { return _announced?.Count ?? 0; } }
    }

    private bool HasItems => _work is { Count: > 0 } || _announced is { Count: > 0 } || _missed is { Count: > 0 };

    /// <summary>Takes an announced event, or notes that its job has more to read. Never waits.</summary>
    public void Announce(ClientEvent announced)
    {
        lock (_lock)
        {
            // Once an event of a job was left out, the later ones would only be gaps.
            if (_isClosed || _missed?.Contains(announced.JobId) == true)
            {
                return;
            }

            var size = SizeOf(announced);
            if (_announced is { Count: > 0 } && (_announced.Count >= maxEvents || _characters + size > maxCharacters))
            {
                (_missed ??= []).Add(announced.JobId);
            }
            else
            {
                (_announced ??= new()).Enqueue(announced);
                _characters += size;
            }

            Wake(true);
        }
    }

    /// <summary>Notes that a job has events which were not announced here.</summary>
    public void Miss(Guid jobId)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                (_missed ??= []).Add(jobId);
                Wake(true);
            }
        }
    }

    /// <summary>Runs something between two events; it goes before the events that wait.</summary>
    /// <param name="abandon">Is called instead if the inbox is closed, now or before its turn comes.</param>
    public void Post(Func<CancellationToken, Task> work, Action? abandon = null)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                (_work ??= new()).Enqueue(new Work(work, abandon));
                Wake(true);
                return;
            }
        }

        abandon?.Invoke();
    }

    /// <summary>Waits for something to take. False: it was closed. There is one waiter at a time.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
        {
            return _isClosed || HasItems ? new(!_isClosed) : Wait();
        }
    }

    /// <summary>The same, for no longer than <paramref name="most"/> by this clock. False: nothing came.</summary>
    public async ValueTask<bool> WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        ValueTask<bool> wait;
        short version;
        lock (_lock)
        {
            // What is there already needs no timer: that is the case of an answer that is being written.
            if (_isClosed || HasItems)
            {
                return !_isClosed;
            }

            wait = Wait();
            version = _wake.Version;
        }

        await using var over = time.CreateTimer(_ => End(version), null, most, Timeout.InfiniteTimeSpan);
        await using var cancelled = cancellationToken.UnsafeRegister(_ => End(version), null);
        var woken = await wait;
        cancellationToken.ThrowIfCancellationRequested();
        return woken;
    }

    public bool TryTake([NotNullWhen(true)] out InboxItem? item)
    {
        lock (_lock)
        {
            item = Take();
            return item is not null;
        }
    }

    /// <summary>Takes nothing more, abandons the work that waits, and tells the reader.</summary>
    public void Close()
    {
        Queue<Work>? left;
        lock (_lock)
        {
            _isClosed = true;
            left = _work;
            _work = null;
            Wake(false);
        }

        foreach (var work in left ?? [])
        {
            work.Abandon?.Invoke();
        }
    }

    public void Dispose() => Close();

    bool IValueTaskSource<bool>.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private ValueTask<bool> Wait()
    {
        _wake.Reset();
        _isWaiting = true;
        return new(this, _wake.Version);
    }

    private void End(short version)
    {
        lock (_lock)
        {
            if (version == _wake.Version)
            {
                Wake(false);
            }
        }
    }

    private void Wake(bool hasItems)
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            _wake.SetResult(hasItems);
        }
    }

    private InboxItem? Take()
    {
        if (_work?.TryDequeue(out var work) == true)
        {
            if (_work.Count == 0)
            {
                _work = null;
            }

            return work;
        }

        if (_announced?.TryDequeue(out var announced) == true)
        {
            _characters -= SizeOf(announced);
            return new Announced(announced);
        }

        foreach (var jobId in _missed ?? [])
        {
            _missed!.Remove(jobId);
            return new Missed(jobId);
        }

        return null;
    }

    private static int SizeOf(ClientEvent value) => value switch
    {
        MessageDelta delta => delta.Content.Length,
        MessageCompleted completed => completed.Content.Length,
        _ => 0,
    };
}

internal abstract record InboxItem;

internal sealed record Announced(ClientEvent Event) : InboxItem;

internal sealed record Missed(Guid JobId) : InboxItem;

/// <param name="Abandon">Called instead of <paramref name="RunAsync"/> if its turn never comes.</param>
internal sealed record Work(Func<CancellationToken, Task> RunAsync, Action? Abandon) : InboxItem;
