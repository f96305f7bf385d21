using System.Buffers;
using System.Net.WebSockets;

namespace CloudIa.Notifier.WebSockets;

/// <summary>Reads whole frames of a client.</summary>
internal static class ClientFrames
{
    /// <summary>The next frame, or why there is none.</summary>
    /// <param name="begun">What an empty read brought: so an idle connection waits without a buffer.</param>
    public static async ValueTask<(ClientFrame? Frame, Closing? Closing)> ReceiveAsync(WebSocket socket, ValueWebSocketReceiveResult begun)
    {
        if (begun.MessageType != WebSocketMessageType.Text)
        {
            return (null, begun.MessageType == WebSocketMessageType.Close ? Closing.ByClient : Closing.Binary);
        }

        // One byte more than allowed, so that too much is seen as such.
        var buffer = ArrayPool<byte>.Shared.Rent(ClientFrame.MaxBytes + 1);
        try
        {
            var length = 0;
            for (var ended = begun.EndOfMessage; !ended;)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return (null, Closing.ByClient);
                }

                length += part.Count;
                ended = part.EndOfMessage;
                if (length > ClientFrame.MaxBytes)
                {
                    return (null, Closing.TooBig);
                }
            }

            return (ClientFrame.Parse(buffer.AsMemory(0, length)), null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Throws away what still comes, until the client has closed.</summary>
    public static async Task DrainAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
