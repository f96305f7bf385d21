using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Model;

namespace CloudIa.Faults.Load;

/// <summary>A client on the raw WebSocket that stays: when its connection ends it makes another, and resumes by number what has not ended.</summary>
internal sealed class SocketListener(string user, int number, IReadOnlyList<Uri> notifiers, Book book, Dice dice, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<Guid, long> _open = [];

    /// <param name="reconnect">How often it closes its connection itself, each second.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(double reconnect, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var socket = NewSocket();
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(stop);
            try
            {
                await socket.ConnectAsync(Address(), connection.Token);
                var closing = CloseAsync(reconnect, connection);
                await ListenAsync(socket, [.. _open], connection.Token);
                await connection.CancelAsync();
                await closing;
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or JsonException)
            {
                await connection.CancelAsync();
            }

            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks for everything of these jobs, from the first event on, until the attempt is told that the row has.</summary>
    /// <returns>Whether all was told in time.</returns>
    public async Task<bool> ReadAllAsync(IReadOnlyDictionary<Guid, int> attempts, TimeSpan patience)
    {
        using var socket = NewSocket();
        using var timeout = new CancellationTokenSource(patience, time);
        Dictionary<Guid, int> left = new(attempts);
        try
        {
            await socket.ConnectAsync(Address(), timeout.Token);
            await ListenAsync(socket, [.. attempts.Keys.Select(x => KeyValuePair.Create(x, 0L))], timeout.Token, frame =>
            {
                if (frame.End is not null && left.TryGetValue(frame.JobId, out var attempt) && frame.Attempt >= attempt)
                    left.Remove(frame.JobId);
                return left.Count > 0;
            });
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // What is missing shows in the ledger.
        }

        return left.Count == 0;
    }

    private async Task ListenAsync(ClientWebSocket socket, List<KeyValuePair<Guid, long>> resume, CancellationToken stop, Func<SocketEvent, bool>? goOn = null)
    {
        var log = new SocketLog(user, number);
        book.Sockets.Enqueue(log);
        foreach (var (job, seq) in resume)
            await SubscribeAsync(socket, job, seq, stop);

        while (await ReceiveAsync(socket, stop) is { } frame)
        {
            if (Read(frame) is not { } read)
                continue;

            log.Events.Enqueue(read);
            Remember(read);
            if (read.Event == SocketLog.NotResumed)
            {
                await Task.Delay(Pause, time, stop);
                await SubscribeAsync(socket, read.JobId, _open.GetValueOrDefault(read.JobId), stop);
            }

            if (goOn is not null && !goOn(read))
                return;
        }
    }

    private static Task SubscribeAsync(ClientWebSocket socket, Guid job, long seq, CancellationToken stop) => socket.SendAsync(
        Encoding.UTF8.GetBytes($$"""{"action":"subscribe","jobId":"{{job}}","lastSeq":{{seq}}}"""), WebSocketMessageType.Text, endOfMessage: true, stop);

    /// <summary>What the server confirms stands in the log at the place where it did: from there on its numbers count.</summary>
    private SocketEvent? Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var frame = document.RootElement;
        if (frame.TryGetProperty("status", out var status))
        {
            return (status.GetString(), frame.TryGetProperty("jobId", out var job)) switch
            {
                ("subscribed", true) => new() { Event = SocketLog.Resumed, JobId = job.GetGuid(), Seq = frame.GetProperty("lastSeq").GetInt64() },
                ("error", true) => new() { Event = SocketLog.NotResumed, JobId = job.GetGuid() },
                _ => null,
            };
        }

        return new()
        {
            Event = frame.GetProperty("event").GetString()!,
            JobId = frame.GetProperty("jobId").GetGuid(),
            Seq = frame.TryGetProperty("seq", out var seq) ? seq.GetInt64() : 0,
            Attempt = frame.GetProperty("attempt").GetInt32(),
            Content = frame.TryGetProperty("content", out var content) ? content.GetString() : null,
            Foreign = Canary.HasForeign(text, user),
        };
    }

    private void Remember(SocketEvent frame)
    {
        if (frame.Event is SocketLog.Resumed or SocketLog.NotResumed)
            return;

        if (frame.End is not null)
            _open.Remove(frame.JobId);
        else if (frame.Seq > 0)
            _open[frame.JobId] = frame.Seq;
        else
            _open[frame.JobId] = 0;
    }

    private async Task CloseAsync(double reconnect, CancellationTokenSource connection)
    {
        while (!connection.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, connection.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (dice.Hits(reconnect))
                await connection.CancelAsync();
        }
    }

    private Uri Address() => new UriBuilder(dice.OneOf(notifiers)) { Scheme = "ws", Path = "/ws" }.Uri;

    private ClientWebSocket NewSocket()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Dev-User", user);
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(2);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(6);
        return socket;
    }

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket, CancellationToken stop)
    {
        using var frame = new MemoryStream();
        var buffer = new byte[8 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, stop);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;

            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(frame.GetBuffer(), 0, (int)frame.Length);
        }
    }
}
