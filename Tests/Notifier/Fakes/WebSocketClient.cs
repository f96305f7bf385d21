using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using CloudIa.Contracts.Client;
using Xunit;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>A client of the raw WebSocket. What does not come within 20 s fails the test.</summary>
internal sealed class WebSocketClient(ClientWebSocket socket) : IDisposable
{
    public ClientWebSocket Socket => socket;

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) =>
        socket.SendAsync(bytes, type, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>The next frame as text; null when the server closed (see <see cref="ClientWebSocket.CloseStatus"/>).</summary>
    public async Task<string?> ReadTextAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, timeout.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(frame.GetBuffer(), 0, (int)frame.Length);
            }
        }
    }

    public async Task<JsonElement> ReadAsync()
    {
        using var document = JsonDocument.Parse(await ReadTextAsync() ?? throw new WebSocketException($"The server closed: {socket.CloseStatus}."));
        return document.RootElement.Clone();
    }

    public async Task<JsonElement> ReadStatusAsync(string status)
    {
        var frame = await ReadAsync();
        return frame.GetProperty("status").GetString() == status ? frame : throw new InvalidDataException($"Not '{status}' but {frame}.");
    }

    /// <summary>Events up to the first for which <paramref name="isLast"/> holds; status frames in between are skipped.</summary>
    public async Task<List<ClientEvent>> ReadEventsAsync(Func<ClientEvent, bool> isLast)
    {
        var events = new List<ClientEvent>();
        while (events.Count == 0 || !isLast(events[^1]))
        {
            var frame = await ReadAsync();
            if (frame.TryGetProperty("event", out _))
            {
                events.Add(ClientEventJson.Deserialize(Encoding.UTF8.GetBytes(frame.GetRawText())));
            }
        }

        return events;
    }

    /// <summary>Reads on until the server has closed.</summary>
    public async Task<(int? Status, string? Reason)> ReadCloseAsync()
    {
        while (await ReadTextAsync() is not null)
        {
        }

        return ((int?)socket.CloseStatus, socket.CloseStatusDescription);
    }

    public void Dispose() => socket.Dispose();
}
