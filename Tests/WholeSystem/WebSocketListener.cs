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

    public static async Task<WebSocketListener> ConnectAsync(Uri notifier, string user)
    {
        var listener = new WebSocketListener();
        listener._socket.Options.SetRequestHeader("X-Dev-User", user);
        await listener._socket.ConnectAsync(new UriBuilder(notifier) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        listener.Greeting = JsonSerializer.Deserialize<JsonElement>(await listener.ReceiveAsync() ?? throw new InvalidOperationException("The socket was closed at once."));
        listener._reading = listener.ReadAsync();
        return listener;
    }

    /// <summary>The next event of the job that is not read yet.</summary>
    public async Task<ClientEvent> NextAsync(Guid jobId)
    {
        using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var next = await _events.Reader.ReadAsync(timeout.Token);
            if (next.JobId == jobId)
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
                _events.Writer.TryWrite(ClientEventJson.Deserialize(frame));
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
