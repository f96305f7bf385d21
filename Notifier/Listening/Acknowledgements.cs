using CloudIa.EventLog;
using CloudIa.Listening;

namespace CloudIa.Notifier.Listening;

/// <summary>
/// What the client of one connection says that it has got, kept for its session: a client that comes back with it goes on from there without a word.
/// Saved a moment later, so that one word an event is not one command an event; what is lost with the process is sent again.
/// </summary>
/// <param name="isTakenUp">The session was there before: there may be something to go on with.</param>
internal sealed partial class Acknowledgements(Listener listener, bool isTakenUp, JobAccess jobs, IAcknowledgements store, TimeProvider time, ILogger<Acknowledgements> logger) : IAsyncDisposable
{
    private static readonly TimeSpan SaveAfter = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();

    // Few clients say anything: the others do not have them.
    private Dictionary<Guid, long?>? _unsaved;
    private CancellationTokenSource? _over;
    private Task _saving = Task.CompletedTask;
    private bool _isSaving;

    /// <summary>False: no such event was sent over this connection, or so long ago that it is not known any more.</summary>
    public async Task<bool> AddAsync(Guid jobId, long seq)
    {
        var (sent, ended) = await listener.HasSentAsync(jobId, seq);
        if (!sent)
        {
            return false;
        }

        lock (_lock)
        {
            _unsaved ??= [];

            // Words may come out of order.
            if (ended || !_unsaved.TryGetValue(jobId, out var known) || known < seq)
            {
                _unsaved[jobId] = ended ? null : seq;
            }

            if (!_isSaving)
            {
                _isSaving = true;
                _over ??= new();
                _saving = SaveAsync(_unsaved, _over.Token);
            }
        }

        return true;
    }

    /// <summary>Goes on with every job where the session's client said that it was.</summary>
    public Task ResumeAsync() => isTakenUp ? ResumeSessionAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Task saving;
        lock (_lock)
        {
            saving = _saving;
        }

        if (_over is not null)
        {
            await _over.CancelAsync();
        }

        await saving;
        _over?.Dispose();
    }

    private async Task ResumeSessionAsync()
    {
        var connection = listener.Connection;
        try
        {
            foreach (var (jobId, seq) in await store.GetAsync(connection.UserId, connection.SessionId, CancellationToken.None))
            {
                if (await jobs.FindAsync(connection.UserId, jobId, CancellationToken.None) is { } job)
                {
                    await listener.ResumeAsync(job, seq);
                }
            }
        }
        catch (ListenerEndedException)
        {
            // The sending side knows why.
        }
        catch (Exception e)
        {
            // Its client then gets the answers that are under way from their beginning, as one that never acknowledged anything.
            LogNotResumed(e, connection.ConnectionId, connection.SessionId);
        }
    }

    private async Task SaveAsync(Dictionary<Guid, long?> waiting, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(SaveAfter, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            KeyValuePair<Guid, long?>[] unsaved;
            lock (_lock)
            {
                unsaved = [.. waiting];
                waiting.Clear();
                _isSaving = unsaved.Length > 0;
            }

            if (unsaved.Length == 0)
            {
                return;
            }

            try
            {
                await store.SaveAsync(listener.Connection.UserId, listener.Connection.SessionId, unsaved, CancellationToken.None);
            }
            catch (Exception e)
            {
                LogNotSaved(e, listener.Connection.ConnectionId);
            }
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "What session {SessionId} has acknowledged could not be read for connection {ConnectionId}: answers under way are sent to it from their beginning")]
    private partial void LogNotResumed(Exception exception, string connectionId, string sessionId);

    [LoggerMessage(51, LogLevel.Warning, "What the client of connection {ConnectionId} has acknowledged could not be saved: if it reconnects before the next word, some events come again")]
    private partial void LogNotSaved(Exception exception, string connectionId);
}
