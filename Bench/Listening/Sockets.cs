using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace CloudIa.Bench.Listening;

/// <summary>Listeners of the bench.</summary>
internal static class Sockets
{
    /// <summary>SignalR's handshake over a socket of its own: JSON, version 1.</summary>
    public const string SignalRHandshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    private const int AtOnce = 50;

    public static async Task<ClientWebSocket> OpenAsync(Uri host, string path, string user, string? hello = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Dev-User", user);
        await socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = path }.Uri, CancellationToken.None);
        if (hello is not null)
            await socket.SendAsync(Encoding.UTF8.GetBytes(hello), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return socket;
    }

    /// <summary>So many, each of another user.</summary>
    public static async Task<ClientWebSocket[]> OpenManyAsync(Uri host, string path, int first, int count, string? hello = null)
    {
        var sockets = new ClientWebSocket[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, _) => sockets[n] = await OpenAsync(host, path, $"idle-{first + n}", hello));
        return sockets;
    }

    /// <summary>Hands every frame on, as one text, until the socket is closed. Whoever does not read does not answer pings either.</summary>
    /// <returns>How it ended.</returns>
    public static async Task<string> ReadAsync(ClientWebSocket socket, Action<ReadOnlyMemory<byte>>? onFrame = null)
    {
        var frame = new ArrayBufferWriter<byte>(256);
        var last = "";
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(frame.GetMemory(256), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                    return $"closed with {(int?)socket.CloseStatus}: {socket.CloseStatusDescription} {last}";

                frame.Advance(part.Count);
                if (part.EndOfMessage)
                {
                    if (onFrame is null)
                        last = Encoding.UTF8.GetString(frame.WrittenSpan);
                    onFrame?.Invoke(frame.WrittenMemory);
                    frame.ResetWrittenCount();
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            return $"torn: {exception.Message}";
        }
    }
}
