using System.Net.WebSockets;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Listening;

namespace CloudIa.Notifier.WebSockets;

/// <summary>One open WebSocket, from its first frame to its last.</summary>
internal sealed partial class WebSocketSession(WebSocket socket, Listener listener, JobAccess jobs, NotifierOptions options,
    TimeProvider time, ILogger<WebSocketSession> logger)
{
    private readonly WebSocketSink _sink = new(socket);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var connection = listener.Connection;
        _ = listener.SendAsync(() => _sink.SendAsync(StatusFrame.Connected(connection.ConnectionId, connection.SessionId)));
        var sending = SendAsync(ended.Token);
        var receiving = ReceiveAsync();

        var first = await Task.WhenAny(sending, receiving);
        var closing = stopping.IsCancellationRequested ? Closing.Restarting : await first;

        await ended.CancelAsync();
        await sending;
        await CloseAsync(closing, receiving);
    }

    private async Task<Closing> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await listener.RunAsync(_sink, cancellationToken) switch
            {
                ListenerEnd.SlowReader => Closing.SlowReader,
                ListenerEnd.ConnectionLost => Closing.Lost,
                _ => Closing.Restarting,
            };
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Connection.ConnectionId);
            return Closing.Failed;
        }
    }

    private async Task<Closing> ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var (frame, closing) = await ClientFrames.ReceiveAsync(socket);
                if (closing is not null)
                {
                    return closing;
                }

                await AnswerAsync(frame!);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return Closing.Lost;
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Connection.ConnectionId);
            return Closing.Failed;
        }
    }

    private async Task AnswerAsync(ClientFrame frame)
    {
        try
        {
            await (frame switch
            {
                SubscribeFrame subscribe => SubscribeAsync(subscribe),
                PingFrame => ReplyAsync(StatusFrame.Pong),
                BadFrame bad => ReplyAsync(StatusFrame.Error(bad.Problem)),
                _ => throw new InvalidOperationException($"A {frame.GetType().Name} has no answer: add it to {nameof(AnswerAsync)}."),
            });
        }
        catch (ListenerEndedException)
        {
            // The sending side knows why, and closes.
        }
    }

    private async Task SubscribeAsync(SubscribeFrame frame)
    {
        try
        {
            if (await jobs.FindAsync(listener.Connection.UserId, frame.JobId, CancellationToken.None) is not { } job)
            {
                await ReplyAsync(StatusFrame.Error(JobAccess.NotFound(frame.JobId), frame.JobId));
                return;
            }

            await listener.ResumeAsync(job, frame.LastSeq, () => _sink.SendAsync(StatusFrame.Subscribed(frame.JobId, frame.LastSeq)));
        }
        catch (Exception e) when (e is not ListenerEndedException)
        {
            LogSubscribeFailed(e, frame.JobId, listener.Connection.ConnectionId);
            await ReplyAsync(StatusFrame.Error("The job could not be read just now. Subscribe again in a few seconds.", frame.JobId));
        }
    }

    private Task ReplyAsync(StatusFrame frame) => listener.SendAsync(() => _sink.SendAsync(frame));

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
            await _sink.Sending.WaitAsync(timeout.Token);
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

    [LoggerMessage(21, LogLevel.Warning, "Job {JobId} could not be read for connection {ConnectionId}: its client was asked to try again")]
    private partial void LogSubscribeFailed(Exception exception, Guid jobId, string connectionId);
}
