using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using CloudIa.Contracts.Client;

namespace CloudIa.Tests.WholeSystem;

/// <summary>A client as simple as wscat: it writes down what it gets.</summary>
internal sealed class WebSocketListener : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<ClientEvent> _events = Channel.CreateUnbounded<ClientEvent>();
    private Task _reading = Task.CompletedTask;

    private WebSocketListener()
    {
    }

    public JsonElement Greeting { get; private set; }

    /// <summary>Waits until the service has closed the connection. What came before can still be read.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> ClosedAsync()
    {
        await _reading.WaitAsync(Patience);
        return (_socket.CloseStatus, _socket.CloseStatusDescription);
    }

    /// <summary>What came of the job and is not read yet.</summary>
    public List<ClientEvent> TakeRest(Guid jobId)
    {
        List<ClientEvent> events = [];
        while (_events.Reader.TryRead(out var next))
        {
            if (next.JobId == jobId)
                events.Add(next);
        }

        return events;
    }

    public static async Task<WebSocketListener> ConnectAsync(Uri notifier, string user)
    {
        var listener = new WebSocketListener();
        listener._socket.Options.SetRequestHeader("X-Dev-User", user);
        await listener._socket.ConnectAsync(new UriBuilder(notifier) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        listener.Greeting = JsonSerializer.Deserialize<JsonElement>(await listener.ReceiveAsync() ?? throw new InvalidOperationException("The socket was closed at once."));
        listener._reading = listener.ReadAsync();
        return listener;
    }

    /// <summary>The next event that is not read yet.</summary>
    public async Task<ClientEvent> NextAnyAsync()
    {
        using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
        return await _events.Reader.ReadAsync(timeout.Token);
    }

    /// <summary>The next event of the job that is not read yet.</summary>
    public async Task<ClientEvent> NextAsync(Guid jobId)
    {
        while (true)
        {
            if (await NextAnyAsync() is var next && next.JobId == jobId)
                return next;
        }
    }

    /// <summary>All events of the job up to the one that ends it.</summary>
    public async Task<List<ClientEvent>> UntilEndAsync(Guid jobId)
    {
        List<ClientEvent> events = [];
        do
        {
            events.Add(await NextAsync(jobId));
        }
        while (events[^1] is not (MessageCompleted or JobError or JobCancelled));
        return events;
    }

    /// <summary>Goes on with a job after a number.</summary>
    public Task SubscribeAsync(Guid jobId, long lastSeq) => _socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(new { action = "subscribe", jobId, lastSeq }), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>So many events of the job after a number, or fewer up to its end. What came before the subscription is dropped, as any client does.</summary>
    public async Task<List<ClientEvent>> TakeAsync(Guid jobId, long after, int count)
    {
        List<ClientEvent> events = [];
        while (events.Count < count && events is not [.., MessageCompleted or JobError or JobCancelled])
        {
            if (await NextAsync(jobId) is var next && next.Seq > after + events.Count)
                events.Add(next);
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReceiveAsync() is { } frame)
            {
                if (!JsonSerializer.Deserialize<JsonElement>(frame).TryGetProperty("status", out _))
                    _events.Writer.TryWrite(ClientEventJson.Deserialize(frame));
            }

            _events.Writer.Complete();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or JsonException)
        {
            _events.Writer.Complete(exception);
        }
    }

    private async Task<byte[]?> ReceiveAsync()
    {
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;

            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return frame.ToArray();
        }
    }
}
