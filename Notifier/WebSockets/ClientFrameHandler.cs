using CloudIa.Notifier.Listening;

namespace CloudIa.Notifier.WebSockets;

/// <summary>Does what the frames of one connection ask for, and answers them.</summary>
/// <param name="send">To the client: one at a time, between two events.</param>
internal sealed partial class ClientFrameHandler(Listener listener, Subscriptions subscriptions, Acknowledgements acknowledgements, Func<StatusFrame, Task> send,
    ILogger<ClientFrameHandler> logger)
{
    public async Task HandleAsync(ClientFrame frame)
    {
        try
        {
            await AnswerAsync(frame);
        }
        catch (ListenerEndedException)
        {
            // The sending side knows why, and closes.
        }
    }

    /// <exception cref="ListenerEndedException">The listener ended before the frame was answered.</exception>
    public async Task AnswerAsync(ClientFrame frame)
    {
        var (jobId, chatId) = ((frame as SubscribeFrame)?.JobId, (frame as SubscribeChatFrame)?.ChatId);
        try
        {
            await (frame switch
            {
                SubscribeFrame job => subscriptions.JobAsync(job.JobId, job.LastSeq, () => send(StatusFrame.Subscribed(job.JobId, job.LastSeq))),
                SubscribeChatFrame chat => subscriptions.ChatAsync(chat.ChatId, chat.LastSeq, () => send(StatusFrame.SubscribedToChat(chat.ChatId, chat.LastSeq))),
                SubscribeUserFrame => subscriptions.UserAsync(() => send(StatusFrame.SubscribedToUser)),
                UnsubscribeJobFrame job => subscriptions.LeaveAsync(job.JobId, () => send(StatusFrame.Unsubscribed with { JobId = job.JobId })),
                UnsubscribeChatFrame chat => subscriptions.LeaveAsync(chat.ChatId, () => send(StatusFrame.Unsubscribed with { ChatId = chat.ChatId })),
                UnsubscribeUserFrame => subscriptions.LeaveUserAsync(() => send(StatusFrame.UnsubscribedFromUser)),
                AcknowledgeFrame ack => AcknowledgeAsync(ack),
                PingFrame => ReplyAsync(StatusFrame.Pong),
                BadFrame bad => ReplyAsync(StatusFrame.Error(bad.Problem)),
                _ => throw new InvalidOperationException($"A {frame.GetType().Name} has no answer: add it to {nameof(AnswerAsync)}."),
            });
        }
        catch (Exception e) when (e is NotFoundException or ScopeFullException)
        {
            await ReplyAsync(StatusFrame.Error(e.Message, jobId, chatId));
        }
        catch (Exception e) when (e is not ListenerEndedException)
        {
            LogSubscribeFailed(e, frame.GetType().Name, listener.Connection.ConnectionId);
            await ReplyAsync(StatusFrame.Error("What is asked for could not be read just now. Subscribe again in a few seconds.", jobId, chatId));
        }
    }

    private async Task AcknowledgeAsync(AcknowledgeFrame ack)
    {
        if (!await acknowledgements.AddAsync(ack.JobId, ack.Seq))
        {
            await ReplyAsync(StatusFrame.Error("What is acknowledged was not sent over this connection, or long ago. Acknowledge the 'seq' of an event that came over it.", ack.JobId));
        }
    }

    private Task ReplyAsync(StatusFrame frame) => listener.SendAsync(() => send(frame));

    [LoggerMessage(21, LogLevel.Warning, "A {Frame} of connection {ConnectionId} could not be followed: its client was asked to try again")]
    private partial void LogSubscribeFailed(Exception exception, string frame, string connectionId);
}
