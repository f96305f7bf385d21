using System.Net.WebSockets;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Listening;

namespace CloudIa.Notifier.WebSockets;

/// <summary>One open WebSocket, from its first frame to its last.</summary>
/// <remarks>An idle one waits in as few methods as can be: what each of them keeps counts, where there are thousands.</remarks>
internal sealed partial class WebSocketSession(WebSocket socket, WebSocketSink sink, Listener listener, ClientFrameHandler frames, Acknowledgements acknowledgements,
    NotifierOptions options, TimeProvider time, ILogger<WebSocketSession> logger)
{
    /// <summary>Why nothing more is received; null while it is.</summary>
    private Closing? _received;

    /// <summary>Until the connection ends; then it and its listener are gone.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            SayHello();
            var resuming = acknowledgements.ResumeAsync();
            var receiving = ReceiveAsync();
            var closing = await SendAsync(stopping);
            await resuming;
            await CloseAsync(closing, receiving);
        }
        finally
        {
            socket.Dispose();
            await listener.DisposeAsync();
        }
    }

    private async Task<Closing> SendAsync(CancellationToken stopping)
    {
        try
        {
            return await listener.RunAsync(sink, stopping) switch
            {
                _ when stopping.IsCancellationRequested => Closing.Restarting,
                ListenerEnd.SlowReader => Closing.SlowReader,
                ListenerEnd.ConnectionLost => Closing.Lost,
                ListenerEnd.LoginEnded => _received ?? Closing.LoginEnded,
                _ => _received ?? Closing.Restarting,
            };
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Connection.ConnectionId);
            return Closing.Failed;
        }
    }

    private void SayHello()
    {
        var connected = StatusFrame.Connected(listener.Connection.ConnectionId, listener.Connection.SessionId);
        _ = listener.SendAsync(() => sink.SendAsync(connected));
    }

    /// <summary>Answers what comes. At its end the listener ends, too.</summary>
    private async Task ReceiveAsync()
    {
        try
        {
            while (_received is null)
            {
                var (frame, closing) = await ClientFrames.ReceiveAsync(socket, await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None));
                if (closing is null)
                {
                    await frames.HandleAsync(frame!);
                }

                _received = closing;
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            _received = Closing.Lost;
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Connection.ConnectionId);
            _received = Closing.Failed;
        }

        listener.Stop();
    }

    private async Task CloseAsync(Closing closing, Task receiving)
    {
        if (closing == Closing.Lost)
        {
            socket.Abort();
            await receiving;
            return;
        }

        using var timeout = new CancellationTokenSource(options.CloseTimeout, time);
        try
        {
            // The frame under way must be whole before the close frame: a slow reader gets this long to take it.
            await sink.Sending.WaitAsync(timeout.Token);
            await socket.CloseOutputAsync(closing.Status, closing.Reason, timeout.Token);
            await receiving.WaitAsync(timeout.Token);
            await ClientFrames.DrainAsync(socket, timeout.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Abort();
        }

        await receiving;
    }

    [LoggerMessage(20, LogLevel.Error, "Connection {ConnectionId} failed and is closed")]
    private partial void LogFailed(Exception exception, string connectionId);
}
