using CloudIa.Contracts.Client;
using CloudIa.Notifier.Listening;
using Microsoft.AspNetCore.SignalR;

namespace CloudIa.Notifier.SignalR;

/// <summary>One SignalR connection, for as long as it lasts; the hub itself lives for one call.</summary>
internal sealed partial class SignalRSession(Listener listener, HubCallerContext context, IListenClient client, ILogger<SignalRSession> logger)
    : IListenerSink, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public Listener Listener => listener;

    public void Start() => _running = RunAsync();

    public Task SendAsync(ClientEvent value) => client.OnEvent(value);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await listener.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            if (await listener.RunAsync(this, _stop.Token) != ListenerEnd.Stopped)
            {
                context.Abort();
            }
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Connection.ConnectionId);
            context.Abort();
        }
    }

    [LoggerMessage(30, LogLevel.Error, "Connection {ConnectionId} failed and is closed")]
    private partial void LogFailed(Exception exception, string connectionId);
}
