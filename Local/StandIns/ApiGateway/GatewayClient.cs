using System.Net.WebSockets;
using System.Threading.Channels;

namespace CloudIa.Local.StandIns;

/// <summary>One client's socket at the stand-in of API Gateway.</summary>
internal sealed class GatewayClient(string connectionId, WebSocket socket, TimeProvider time) : IDisposable
{
    /// <summary>Frames that wait for a client which does not read; the next one is answered with 429.</summary>
    private const int Waiting = 32;

    private readonly Channel<byte[]> _frames = Channel.CreateBounded<byte[]>(Waiting);
    private long _active = time.GetTimestamp();

    public string ConnectionId => connectionId;

    public WebSocket Socket => socket;

    public DateTimeOffset ConnectedAt { get; } = time.GetUtcNow();

    public TimeSpan Idle => time.GetElapsedTime(Interlocked.Read(ref _active));

    public void Touch() => Interlocked.Exchange(ref _active, time.GetTimestamp());

    public bool TrySend(byte[] frame) => _frames.Writer.TryWrite(frame);

    /// <summary>Writes what is sent, until the connection is closed.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in _frames.Reader.ReadAllAsync(cancellationToken))
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
                Touch();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader of the socket ends too, and says so.
        }
    }

    /// <summary>The next message; null when the client closed, or sent more than <paramref name="limit"/> (told by <see cref="WebSocketCloseStatus.MessageTooBig"/>).</summary>
    public async Task<byte[]?> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (message.Length > limit)
            {
                await CloseAsync(WebSocketCloseStatus.MessageTooBig, "a frame may have 32 KB at most");
                return null;
            }

            if (part.EndOfMessage)
            {
                Touch();
                return message.ToArray();
            }
        }
    }

    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        _frames.Writer.TryComplete();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await socket.CloseOutputAsync(status, reason, patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    public void Dispose() => _frames.Writer.TryComplete();
}
