using System.Threading.Channels;
using CloudIa.Notifier.ApiGateway.Leases;
using CloudIa.Notifier.Listening;
using CloudIa.Notifier.WebSockets;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>One connection of API Gateway, for as long as this node owns it.</summary>
internal sealed partial class GatewaySession(GatewayConnection connection, Listener listener, ApiGatewaySink sink, SentCursors cursors, ClientFrameHandler answers,
    Acknowledgements acknowledgements, ILogger<GatewaySession> logger) : IAsyncDisposable
{
    /// <summary>Frames of one client that wait. A client that sends more is answered as busy.</summary>
    private const int MaxFrames = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<byte[]> _frames = Channel.CreateBounded<byte[]>(MaxFrames);
    private readonly List<byte[]> _unanswered = [];
    private Task _answering = Task.CompletedTask;
    private Task _resuming = Task.CompletedTask;
    private volatile bool _closed;
    private volatile bool _greeted = connection.Greeted;
    private bool _greetingKept = connection.Greeted;

    /// <summary>One at a time looks at what Redis says of the connection, and mends it.</summary>
    public SemaphoreSlim Looking { get; } = new(1);

    /// <summary>As Redis knows it.</summary>
    public GatewayConnection Connection { get; set; } = connection;

    public ApiGatewaySink Sink => sink;

    public SentCursors Cursors => cursors;

    /// <summary>Why it ended; null where it failed.</summary>
    public Task<ListenerEnd?> Ended { get; private set; } = null!;

    /// <summary>Something is to be kept in Redis.</summary>
    public bool HasChanges => cursors.HasChanges || _greeted != _greetingKept;

    /// <param name="also">Jobs of which nothing was sent, and which ended while nobody looked.</param>
    public void Start(IEnumerable<Guid> also)
    {
        if (!_greeted)
        {
            _ = GreetAsync();
            _resuming = acknowledgements.ResumeAsync();
        }

        var go = Connection.Cursors.ToDictionary(x => x.Key, x => x.Value.Seq);
        foreach (var jobId in also)
        {
            go.TryAdd(jobId, 0);
        }

        if (go.Count > 0)
        {
            listener.Restore(go);
        }

        foreach (var frame in Connection.Pending)
        {
            _frames.Writer.TryWrite(frame);
        }

        Ended = RunAsync();
        _answering = AnswerAllAsync();
    }

    /// <summary>Takes a frame of the client; it is looked at after those that came before.</summary>
    public Delivery Deliver(byte[] frame)
    {
        if (_frames.Writer.TryWrite(frame))
        {
            return Delivery.Taken;
        }

        return _closed ? Delivery.NotHere : Delivery.Busy;
    }

    /// <summary>Keeps in Redis what was sent since the last time.</summary>
    /// <param name="connection">What is asked for: <see cref="Connection"/> may be another one when the answer comes.</param>
    public async Task<LeaseState> SaveAsync(GatewayLeases leases, GatewayConnection connection, bool release = false)
    {
        var greeted = _greeted;
        var changes = cursors.TakeChanges();
        try
        {
            var state = await leases.SaveAsync(connection, greeted, changes, release ? _unanswered : null);
            if (state == LeaseState.Kept)
            {
                _greetingKept = greeted;
            }
            else
            {
                cursors.GiveBack(changes);
            }

            return state;
        }
        catch
        {
            cursors.GiveBack(changes);
            throw;
        }
    }

    /// <summary>Everything has to be kept anew.</summary>
    public void Renew()
    {
        _greetingKept = false;
        cursors.Renew();
    }

    /// <summary>Stops listening. What is under way is given this long to be answered, so that it need not be sent again.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        sink.TryOnce();
        await _stop.CancelAsync();
        await Ended;
        await _answering;
        await _resuming;
        while (_frames.Reader.TryRead(out var frame))
        {
            _unanswered.Add(frame);
        }

        try
        {
            await sink.Sending.WaitAsync(patience);
        }
        catch (Exception e)
        {
            // It was not taken, or it is not known: its number is not kept, and the next owner sends it again.
            LogCut(e.GetType().Name, Connection.ConnectionId);
        }

        sink.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        sink.Abort();
        await Ended;
        await _answering;
        await _resuming;
        await listener.DisposeAsync();
        sink.Dispose();
        _stop.Dispose();
    }

    private async Task<ListenerEnd?> RunAsync()
    {
        try
        {
            return await listener.RunAsync(sink, _stop.Token);
        }
        catch (Exception e)
        {
            LogFailed(e, Connection.ConnectionId);
            return null;
        }
        finally
        {
            _closed = true;
            _frames.Writer.TryComplete();
        }
    }

    private async Task GreetAsync()
    {
        try
        {
            await ReplyAsync(StatusFrame.Connected(Connection.ConnectionId, Connection.SessionId));
            _greeted = true;
            cursors.Hurry();
        }
        catch (ListenerEndedException)
        {
            // The listener knows why.
        }
    }

    private async Task AnswerAllAsync()
    {
        while (await _frames.Reader.WaitToReadAsync())
        {
            while (!_stop.IsCancellationRequested && _frames.Reader.TryRead(out var frame))
            {
                try
                {
                    await AnswerAsync(ClientFrame.Parse(frame));
                }
                catch (ListenerEndedException)
                {
                    // For the next owner, where there is one: to look at a frame twice does no harm.
                    _unanswered.Add(frame);
                    return;
                }
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>What a connection listens to would have to go with it from node to node: it is all of the user's jobs.</summary>
    private Task AnswerAsync(ClientFrame frame) => frame is UnsubscribeJobFrame or UnsubscribeChatFrame or UnsubscribeUserFrame
        ? ReplyAsync(StatusFrame.Error("A connection through API Gateway listens to all of its user's jobs: there is nothing to unsubscribe from. Leave out what you do not want."))
        : answers.AnswerAsync(frame);

    private Task ReplyAsync(StatusFrame frame) => listener.SendAsync(() => sink.SendAsync(frame));

    [LoggerMessage(63, LogLevel.Error, "Connection {ConnectionId} failed and is closed")]
    private partial void LogFailed(Exception exception, string connectionId);

    [LoggerMessage(65, LogLevel.Debug, "What was being sent to connection {ConnectionId} ended with {Error}: its next owner sends it again")]
    private partial void LogCut(string error, string connectionId);
}
