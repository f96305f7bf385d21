using CloudIa.Notifier.Listening;

namespace CloudIa.Notifier.Connections;

/// <summary>Ends connections whose login is over. Those whose login has no end (in Development) are not in it.</summary>
/// <remarks>One timer for all: each second it looks at every connection's end, which for ten thousand of them is less than setting a timer is for one.</remarks>
internal sealed partial class LoginEnds(TimeProvider time, ILogger<LoginEnds> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<Entry> _open = [];

    /// <summary>For tests: how many connections are watched.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Watches a connection until the result is disposed.</summary>
    public IAsyncDisposable Add(Listener listener, DateTimeOffset ends)
    {
        var entry = new Entry(this, listener, ends.UtcTicks);
        lock (_lock)
        {
            _open.Add(entry);
        }

        return entry;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                EndAll(time.GetUtcNow().UtcTicks);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node goes, and its connections with it.
        }
    }

    private void EndAll(long now)
    {
        List<Entry>? over = null;
        lock (_lock)
        {
            foreach (var entry in _open)
            {
                if (entry.Ends <= now)
                {
                    (over ??= []).Add(entry);
                }
            }

            over?.ForEach(x => _open.Remove(x));
        }

        foreach (var entry in over ?? [])
        {
            End(entry.Listener);
        }
    }

    private void End(Listener listener)
    {
        try
        {
            LogEnded(listener.Connection.ConnectionId, listener.Connection.Wire);
            listener.Stop(ListenerEnd.LoginEnded);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
        catch (AggregateException e)
        {
            // Of what hears that it stops; the other connections are still to be ended.
            LogFailed(e, listener.Connection.ConnectionId);
        }
    }

    [LoggerMessage(14, LogLevel.Debug, "Connection {ConnectionId} ({Wire}) is closed: its login is over")]
    private partial void LogEnded(string connectionId, string wire);

    [LoggerMessage(15, LogLevel.Error, "Connection {ConnectionId}, whose login is over, failed while it was ended")]
    private partial void LogFailed(Exception exception, string connectionId);

    private sealed class Entry(LoginEnds all, Listener listener, long ends) : IAsyncDisposable
    {
        public Listener Listener => listener;

        public long Ends => ends;

        public ValueTask DisposeAsync()
        {
            lock (all._lock)
            {
                all._open.Remove(this);
            }

            return ValueTask.CompletedTask;
        }
    }
}
