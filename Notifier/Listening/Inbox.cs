using System.Diagnostics.CodeAnalysis;
using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.Listening;

/// <summary>What waits for one connection. Bounded: of what does not fit only the job's id is kept, and its events are read from the log.</summary>
/// <remarks>Many writers, one reader.</remarks>
internal sealed class Inbox(int maxEvents, int maxCharacters) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Queue<Work> _work = new();
    private readonly Queue<ClientEvent> _announced = new();
    private readonly HashSet<Guid> _missed = [];
    private long _characters;
    private bool _disposed;

    /// <summary>For tests and metrics: how many events are held.</summary>
    public int Buffered
    {
        get { lock (_lock) { return _announced.Count; } }
    }

    /// <summary>Takes an announced event, or notes that its job has more to read. Never waits.</summary>
    public void Announce(ClientEvent announced)
    {
        lock (_lock)
        {
            // Once an event of a job was left out, the later ones would only be gaps.
            if (_missed.Contains(announced.JobId))
            {
                return;
            }

            var size = SizeOf(announced);
            if (_announced.Count > 0 && (_announced.Count >= maxEvents || _characters + size > maxCharacters))
            {
                _missed.Add(announced.JobId);
            }
            else
            {
                _announced.Enqueue(announced);
                _characters += size;
            }

            Signal();
        }
    }

    /// <summary>Notes that a job has events which were not announced here.</summary>
    public void Miss(Guid jobId)
    {
        lock (_lock)
        {
            _missed.Add(jobId);
            Signal();
        }
    }

    /// <summary>Runs something between two events; it goes before the events that wait.</summary>
    public void Post(Func<CancellationToken, Task> work)
    {
        lock (_lock)
        {
            _work.Enqueue(new Work(work));
            Signal();
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    public bool TryTake([NotNullWhen(true)] out InboxItem? item)
    {
        lock (_lock)
        {
            item = Take();
            return item is not null;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _signal.Dispose();
        }
    }

    private InboxItem? Take()
    {
        if (_work.TryDequeue(out var work))
        {
            return work;
        }

        if (_announced.TryDequeue(out var announced))
        {
            _characters -= SizeOf(announced);
            return new Announced(announced);
        }

        foreach (var jobId in _missed)
        {
            _missed.Remove(jobId);
            return new Missed(jobId);
        }

        return null;
    }

    private void Signal()
    {
        if (!_disposed && _signal.CurrentCount == 0)
        {
            _signal.Release();
        }
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

internal sealed record Work(Func<CancellationToken, Task> RunAsync) : InboxItem;
