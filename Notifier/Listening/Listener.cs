using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Store;

namespace CloudIa.Notifier.Listening;

/// <summary>
/// One connection of one user: sends what is announced to the user's listeners, per job in order and without a gap. Whatever the
/// wire is, <see cref="RunAsync"/> is the only one that writes to it.
/// </summary>
internal sealed partial class Listener(ListenerConnection connection, JobReader reader, LastEvents lastEvents, NotifierOptions options,
    NotifierMetrics metrics, TimeProvider time, ILogger<Listener> logger) : IAsyncDisposable
{
    // A log that cannot be read now is tried again after this. Redis says by itself when it is back, so this is the second net.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Inbox _inbox = new(options.BufferedEvents, options.BufferedCharacters);
    private readonly JobCursors _cursors = new();
    private readonly HashSet<Guid> _held = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IAsyncDisposable> _owned = [];
    private ITimer? _release;
    private bool _resuming;
    private IListenerSink _sink = null!;

    public ListenerConnection Connection => connection;

    /// <summary>Events that wait for the wire.</summary>
    internal int Buffered => _inbox.Buffered;

    internal int Cursors => _cursors.Count;

    /// <summary>When this completes nothing that is announced from now on is lost to the connection.</summary>
    public async Task OpenAsync(IEventFeed feed, CancellationToken cancellationToken)
    {
        _owned.Add(await feed.SubscribeAsync(
            connection.UserId, _inbox.Announce, () => _inbox.Post(ReadLiveJobsAsync), cancellationToken));

        _resuming = options.ResumeGrace > TimeSpan.Zero;
        _release = time.CreateTimer(_ => _inbox.Post(ReleaseAsync), null, options.ResumeGrace, Timeout.InfiniteTimeSpan);
        _owned.Add(_release);
    }

    /// <summary>Ties something's life to the listener's.</summary>
    public void Own(IAsyncDisposable owned) => _owned.Add(owned);

    /// <summary>Sends until told to stop, or until the connection is lost or its reader too slow.</summary>
    public async Task<ListenerEnd> RunAsync(IListenerSink sink, CancellationToken cancellationToken)
    {
        _sink = sink;
        try
        {
            while (true)
            {
                await _inbox.WaitAsync(cancellationToken);
                while (_inbox.TryTake(out var item))
                {
                    await HandleAsync(item, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ListenerEnd.Stopped;
        }
        catch (ListenerEndedException e)
        {
            if (e.End == ListenerEnd.SlowReader)
            {
                metrics.SlowReaderDropped(connection.Wire);
                LogSlowReader(connection.ConnectionId, connection.Wire, options.SlowReaderTimeout, _inbox.Buffered);
            }

            return e.End;
        }
        finally
        {
            _over.SetResult();
        }
    }

    /// <summary>Goes on with one job after a number. The caller has made sure that the job is the user's.</summary>
    /// <param name="confirm">What is sent before the first event; nothing of the job from before the number comes after it.</param>
    public Task ResumeAsync(JobRecord job, long lastSeq, Func<Task>? confirm = null) =>
        DoAsync(token => ResumeFollowedAsync(job, lastSeq, confirm ?? (() => Task.CompletedTask), token));

    /// <summary>Sends something else between two events. Completes when it was sent.</summary>
    public Task SendAsync(Func<Task> send) => DoAsync(token => WithinTimeAsync(send(), token));

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }

        _inbox.Dispose();
    }

    private async Task DoAsync(Func<CancellationToken, Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Post(async token =>
        {
            try
            {
                await work(token);
                done.SetResult();
            }
            catch (Exception e) when (e is not ListenerEndedException && !token.IsCancellationRequested)
            {
                done.SetException(e);
            }
        });
        if (await Task.WhenAny(done.Task, _over.Task) == _over.Task)
        {
            throw new ListenerEndedException(ListenerEnd.Stopped);
        }

        await done.Task;
    }

    private async Task HandleAsync(InboxItem item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case Work work:
                await work.RunAsync(cancellationToken);
                break;
            case Announced { Event: var announced } when MustHold(announced):
                _held.Add(announced.JobId);
                break;
            case Announced { Event: var announced }:
                await ForwardAsync(announced.JobId, cursor => reader.AdvanceAsync(cursor, announced, cancellationToken), cancellationToken);
                break;
            case Missed { JobId: var jobId }:
                await CatchUpAsync(jobId, cancellationToken);
                break;
        }
    }

    // Besides what could not be read just now: an answer that began before this connection, since its client may be about to say from
    // where on it wants it.
    private bool MustHold(ClientEvent announced) =>
        _held.Contains(announced.JobId) || (_resuming && announced.Seq > 1 && !_cursors.TryGet(announced.JobId, out _));

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _resuming = false;
        var held = _held.ToList();
        _held.Clear();
        foreach (var jobId in held)
        {
            await CatchUpAsync(jobId, cancellationToken);
        }
    }

    private async Task ReadLiveJobsAsync(CancellationToken cancellationToken)
    {
        foreach (var cursor in _cursors.Live.ToList())
        {
            await CatchUpAsync(cursor.JobId, cancellationToken);
        }
    }

    private async Task ResumeFollowedAsync(JobRecord job, long lastSeq, Func<Task> confirm, CancellationToken cancellationToken)
    {
        _held.Remove(job.JobId);
        var cursor = _cursors.GetOrAdd(job.JobId);

        // What went over this very connection is not sent again, also if the client asked before it had read it.
        if (lastSeq < cursor.From || lastSeq > cursor.Seen)
        {
            cursor.GoTo(lastSeq);
        }

        await WithinTimeAsync(confirm(), cancellationToken);
        await ForwardAsync(reader.CatchUpAsync(cursor, cancellationToken), cancellationToken);
        _cursors.Moved(cursor);

        if (cursor.LogIsGone && await lastEvents.FromStoreAsync(job, cancellationToken) is { } last)
        {
            _cursors.Forget(job.JobId);
            await SendAsync(last, cancellationToken);
        }
    }

    private Task CatchUpAsync(Guid jobId, CancellationToken cancellationToken) =>
        ForwardAsync(jobId, cursor => reader.CatchUpAsync(cursor, cancellationToken), cancellationToken);

    private async Task ForwardAsync(Guid jobId, Func<JobCursor, IAsyncEnumerable<ClientEvent>> events, CancellationToken cancellationToken)
    {
        var cursor = _cursors.GetOrAdd(jobId);
        try
        {
            await ForwardAsync(events(cursor), cancellationToken);
            _cursors.Moved(cursor);
        }
        catch (Exception e) when (e is not ListenerEndedException && !cancellationToken.IsCancellationRequested)
        {
            LogReadFailed(e, jobId, cursor.Seen, connection.ConnectionId);

            // What is corrupt stays so; the next announcement looks again.
            if (e is not CorruptEventException)
            {
                _held.Add(jobId);
                _release?.Change(ReadAgainAfter, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private async Task ForwardAsync(IAsyncEnumerable<ClientEvent> events, CancellationToken cancellationToken)
    {
        await foreach (var value in events)
        {
            await SendAsync(value, cancellationToken);
        }
    }

    private async Task SendAsync(ClientEvent value, CancellationToken cancellationToken)
    {
        await WithinTimeAsync(_sink.SendAsync(value), cancellationToken);
        metrics.EventSent(connection.Wire);
    }

    private async Task WithinTimeAsync(Task sending, CancellationToken cancellationToken)
    {
        try
        {
            await sending.WaitAsync(options.SlowReaderTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ListenerEndedException(ListenerEnd.SlowReader);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ListenerEndedException(ListenerEnd.ConnectionLost, e);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Connection {ConnectionId} ({Wire}) took nothing for {Timeout} with {Buffered} events waiting: dropped")]
    private partial void LogSlowReader(string connectionId, string wire, TimeSpan timeout, int buffered);

    [LoggerMessage(2, LogLevel.Warning, "Job {JobId} could not be read after {Seq} for connection {ConnectionId}: it is tried again in a second, or when it goes on")]
    private partial void LogReadFailed(Exception exception, Guid jobId, long seq, string connectionId);
}
