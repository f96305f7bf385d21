using System.Net.WebSockets;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.Listening;

namespace CloudIa.Notifier.WebSockets;

/// <summary>One JSON object a text frame.</summary>
internal sealed class WebSocketSink(WebSocket socket) : IListenerSink
{
    /// <summary>The send that is under way. It is never cancelled, since that would cut the connection before a close frame.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    public Task SendAsync(ClientEvent value) => SendAsync(ClientEventJson.SerializeToUtf8Bytes(value));

    public Task SendAsync(StatusFrame frame) => SendAsync(frame.ToUtf8Bytes());

    private Task SendAsync(byte[] utf8)
    {
        var sent = socket.SendAsync(utf8.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return Sending = sent.IsCompletedSuccessfully ? Task.CompletedTask : sent.AsTask();
    }
}
