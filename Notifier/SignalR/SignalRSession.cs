using CloudIa.Contracts.Client;
using CloudIa.Notifier.Listening;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace CloudIa.Notifier.SignalR;

/// <summary>One SignalR connection, for as long as it lasts; the hub itself lives for one call.</summary>
internal sealed partial class SignalRSession(Listener listener, Subscriptions subscriptions, Acknowledgements acknowledgements, HubCallerContext context, IListenClient client, ILogger<SignalRSession> logger)
    : IListenerSink, IAsyncDisposable
{
    private Task _running = Task.CompletedTask;
    private Task _resuming = Task.CompletedTask;

    public Subscriptions Subscriptions => subscriptions;

    public Acknowledgements Acknowledgements => acknowledgements;

    /// <summary>Ends a connection so that its client comes again. HubCallerContext.Abort would tell it not to.</summary>
    public static void Cut(HubCallerContext context)
    {
        if (context.Features.Get<IConnectionLifetimeFeature>() is { } connection)
        {
            connection.Abort();
        }
        else
        {
            context.Abort();
        }
    }

    public void Start()
    {
        _resuming = acknowledgements.ResumeAsync();
        _running = RunAsync();
    }

    public Task SendAsync(ClientEvent value) => client.OnEvent(value);

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await _running;
        await _resuming;
        await listener.DisposeAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            switch (await listener.RunAsync(this, CancellationToken.None))
            {
                case ListenerEnd.Stopped:
                    break;
                case ListenerEnd.LoginEnded when context.Features.Get<IConnectionLifetimeNotificationFeature>() is { } connection:
                    // Its client is told, and that it may come again: it then asks for a new token.
                    connection.RequestClose();
                    break;
                default:
                    Cut(context);
                    break;
            }
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Connection.ConnectionId);
            Cut(context);
        }
    }

    [LoggerMessage(30, LogLevel.Error, "Connection {ConnectionId} failed and is closed")]
    private partial void LogFailed(Exception exception, string connectionId);
}
