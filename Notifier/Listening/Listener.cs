using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Notifier.Configuration;
using CloudIa.Store;

namespace CloudIa.Notifier.Listening;

/// <summary>
/// One connection of one user: sends what is announced to the user's listeners, per job in order and without a gap. Whatever the
/// wire is, <see cref="RunAsync"/> is the only one that writes to it.
/// </summary>
internal sealed partial class Listener(ListenerConnection connection, ListenerScope scope, JobReader reader, LastEvents lastEvents, NotifierOptions options,
    ListeningOptions listening, NotifierMetrics metrics, TimeProvider time, ILogger<Listener> logger) : IAsyncDisposable
{
    // A log that cannot be read now is tried again after this. Redis says by itself when it is back, so this is the second net.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Inbox _inbox = new(listening.BufferedEvents, listening.BufferedCharacters);
    private readonly JobCursors _cursors = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IAsyncDisposable> _owned = new(3);
    private HashSet<Guid>? _held;
    private volatile ListenerScope _scope = scope;
    private ITimer? _release;
    private bool _resuming;
    private volatile ListenerEnd _end;
    private IListenerSink _sink = null!;

    public ListenerConnection Connection => connection;

    /// <summary>Events that wait for the wire.</summary>
    internal int Buffered => _inbox.Buffered;

    internal int Cursors => _cursors.Count;

    /// <summary>When this completes nothing that is announced from now on is lost to the connection.</summary>
    public async Task OpenAsync(IEventFeed feed, CancellationToken cancellationToken)
    {
        _owned.Add(await feed.SubscribeAsync(
            connection.UserId, Announce, () => _inbox.Post(ReadLiveJobsAsync), cancellationToken));

        _resuming = options.ResumeGrace > TimeSpan.Zero;
        if (_resuming)
        {
            ReleaseAfter(options.ResumeGrace);
        }
    }

    /// <summary>Ties something's life to the listener's.</summary>
    public void Own(IAsyncDisposable owned) => _owned.Add(owned);

    /// <summary>Ends <see cref="RunAsync"/>, now or when it begins.</summary>
    /// <param name="why">What that says then.</param>
    public void Stop(ListenerEnd why = ListenerEnd.Stopped)
    {
        if (_end == ListenerEnd.Stopped)
        {
            _end = why;
        }

        _stop.Cancel();
        _inbox.Close();
    }

    /// <summary>Sends until told to stop, or until the connection is lost or its reader too slow.</summary>
    public async Task<ListenerEnd> RunAsync(IListenerSink sink, CancellationToken cancellationToken)
    {
        _sink = sink;
        using var stopping = cancellationToken.UnsafeRegister(static listener => ((Listener)listener!).Stop(), this);
        try
        {
            while (await _inbox.WaitAsync())
            {
                while (!_stop.IsCancellationRequested && _inbox.TryTake(out var item))
                {
                    await HandleAsync(item, _stop.Token);
                }
            }

            return _end;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return _end;
        }
        catch (ListenerEndedException e)
        {
            if (e.End == ListenerEnd.SlowReader)
            {
                metrics.SlowReaderDropped(connection.Wire);
                LogSlowReader(connection.ConnectionId, connection.Wire, listening.SlowReaderTimeout, _inbox.Buffered);
            }

            return e.End;
        }
        finally
        {
            _inbox.Close();
        }
    }

    /// <summary>Goes on with what another listener of the connection has sent: each job and the number of its last event. To be called before <see cref="RunAsync"/>.</summary>
    public void Restore(IReadOnlyCollection<KeyValuePair<Guid, long>> cursors) => _inbox.Post(async token =>
    {
        foreach (var (jobId, seq) in cursors)
        {
            _cursors.GetOrAdd(jobId).GoTo(seq);
        }

        foreach (var (jobId, _) in cursors)
        {
            await CatchUpAsync(jobId, token);
        }
    });

    /// <summary>Goes on with one job after a number. The caller has made sure that the job is the user's.</summary>
    /// <param name="lastSeq">Null: after what this connection has sent of it, or after 0.</param>
    /// <param name="confirm">What is sent before the first event; nothing of the job from before the number comes after it.</param>
    /// <exception cref="ScopeFullException">The connection listens to as much as it may.</exception>
    public Task ResumeAsync(JobRecord job, long? lastSeq, Func<Task>? confirm = null) => DoAsync(token =>
    {
        // Of a chat that is listened to it would hear anyway.
        if (!_scope.All && !_scope.Ids.Contains(job.ChatId))
        {
            _scope = _scope.With(job.JobId);
        }

        return ResumeFollowedAsync(job, lastSeq, confirm ?? (() => Task.CompletedTask), token);
    });

    /// <summary>Listens to more, or to less, from now on. The caller has made sure that what is added is the user's.</summary>
    /// <exception cref="ScopeFullException">The connection listens to as much as it may.</exception>
    public Task ChangeScopeAsync(Func<ListenerScope, ListenerScope> change, Func<Task>? confirm = null) => DoAsync(async token =>
    {
        _scope = change(_scope);
        foreach (var cursor in _cursors.All.Where(x => x.Known is { } known && !_scope.Includes(known)).ToList())
        {
            // Who comes back to it says from where on.
            _cursors.Forget(cursor.JobId);
        }

        if (confirm is not null)
        {
            await WithinTimeAsync(confirm(), token);
        }
    });

    /// <summary>Whether an event was sent over this connection, and whether it was the attempt's last one.</summary>
    public async Task<(bool Sent, bool Ended)> HasSentAsync(Guid jobId, long seq)
    {
        var answer = (Sent: false, Ended: false);
        await DoAsync(_ =>
        {
            if (_cursors.TryGet(jobId, out var cursor) && seq <= cursor.Seen)
            {
                answer = (true, cursor.Ended && seq == cursor.Seen);
            }

            return Task.CompletedTask;
        });
        return answer;
    }

    /// <summary>Sends something else between two events. Completes when it was sent.</summary>
    public Task SendAsync(Func<Task> send) => DoAsync(token => WithinTimeAsync(send(), token));

    public async ValueTask DisposeAsync()
    {
        // The last first: the subscription may have to wait for Redis, and the registry must not name the connection as long.
        for (var last = _owned.Count - 1; last >= 0; last--)
        {
            await _owned[last].DisposeAsync();
        }

        if (_release is not null)
        {
            await _release.DisposeAsync();
        }

        _inbox.Dispose();
        _stop.Dispose();
    }

    private Task DoAsync(Func<CancellationToken, Task> work)
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
            catch
            {
                Abandon();
                throw;
            }
        }, Abandon);
        return done.Task;

        void Abandon() => done.TrySetException(new ListenerEndedException(ListenerEnd.Stopped));
    }

    private void Announce(ClientEvent announced)
    {
        if (_scope.Includes(announced))
        {
            _inbox.Announce(announced);
        }
    }

    private async Task HandleAsync(InboxItem item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case Work work:
                await work.RunAsync(cancellationToken);
                break;
            case Announced { Event: var announced } when MustHold(announced):
                Hold(announced.JobId);
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
        _held?.Contains(announced.JobId) == true || (_resuming && announced.Seq > 1 && !_cursors.TryGet(announced.JobId, out _));

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _resuming = false;
        var held = _held;
        _held = null;

        // An idle connection has no timer: there are many of them.
        if (_release is { } timer)
        {
            _release = null;
            await timer.DisposeAsync();
        }

        foreach (var jobId in held ?? [])
        {
            await CatchUpAsync(jobId, cancellationToken);
        }
    }

    private void ReleaseAfter(TimeSpan delay)
    {
        if (_release is null)
        {
            _release = time.CreateTimer(static listener => ((Listener)listener!).PostRelease(), this, delay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _release.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void PostRelease() => _inbox.Post(ReleaseAsync);

    private void Hold(Guid jobId) => (_held ??= []).Add(jobId);

    private async Task ReadLiveJobsAsync(CancellationToken cancellationToken)
    {
        foreach (var cursor in _cursors.Live.ToList())
        {
            await CatchUpAsync(cursor.JobId, cancellationToken);
        }
    }

    private async Task ResumeFollowedAsync(JobRecord job, long? lastSeq, Func<Task> confirm, CancellationToken cancellationToken)
    {
        _held?.Remove(job.JobId);
        var cursor = _cursors.GetOrAdd(job.JobId);

        // What went over this very connection is not sent again, also if the client asked before it had read it.
        if (lastSeq < cursor.From || lastSeq > cursor.Seen)
        {
            cursor.GoTo(lastSeq.Value);
        }

        await WithinTimeAsync(confirm(), cancellationToken);
        await foreach (var value in reader.CatchUpAsync(cursor, cancellationToken))
        {
            await SendAsync(value, cancellationToken);
        }

        _cursors.Moved(cursor);

        if ((cursor.LogIsGone || (cursor.EndsUnreadable && !job.IsOpen)) && await lastEvents.FromStoreAsync(job, cancellationToken) is { } last)
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
            await foreach (var value in events(cursor))
            {
                // It was unsubscribed from while this waited, or before it was known whose it is.
                if (!_scope.Includes(value))
                {
                    _cursors.Forget(jobId);
                    return;
                }

                await SendAsync(value, cancellationToken);
            }

            _cursors.Moved(cursor);
        }
        catch (Exception e) when (e is not ListenerEndedException && !cancellationToken.IsCancellationRequested)
        {
            LogReadFailed(e, jobId, cursor.Seen, connection.ConnectionId);
            Hold(jobId);
            ReleaseAfter(ReadAgainAfter);
        }
    }

    private async Task SendAsync(ClientEvent value, CancellationToken cancellationToken)
    {
        await WithinTimeAsync(_sink.SendAsync(value), cancellationToken);
        metrics.EventSent(connection.Wire);
    }

    private async Task WithinTimeAsync(Task sending, CancellationToken cancellationToken)
    {
        if (sending.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await sending.WaitAsync(listening.SlowReaderTimeout, time, cancellationToken);
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
