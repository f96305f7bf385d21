using System.Runtime.CompilerServices;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Listening;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;
using Microsoft.AspNetCore.SignalR;

namespace CloudIa.Notifier.SignalR;

/// <summary>The same as the raw WebSocket, for SignalR clients.</summary>
internal sealed class ListenHub(ListenerFactory listeners, JobAccess jobs, JobStream streams, TimeProvider time,
    IHubContext<ListenHub, IListenClient> hub, ILoggerFactory loggers) : Hub<IListenClient>
{
    private static readonly object SessionKey = new();

    public override async Task OnConnectedAsync()
    {
        // The endpoint has refused what is not valid.
        if (!Sessions.TryGet(Context.GetHttpContext()!.Request, time, out var sessionId))
        {
            throw new HubException(Sessions.Invalid);
        }

        var connection = ListenerConnections.Of(Context.User!, sessionId, Context.ConnectionId, ListenerConnections.SignalR);
        var listener = await listeners.OpenAsync(connection, Context.ConnectionAborted);
        var session = new SignalRSession(listener, Context, hub.Clients.Client(Context.ConnectionId), loggers.CreateLogger<SignalRSession>());
        Context.Items[SessionKey] = session;

        await Clients.Caller.Connected(new ConnectedNotice(connection.ConnectionId, connection.SessionId));
        session.Start();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items.TryGetValue(SessionKey, out var item) && item is SignalRSession session)
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>Goes on with one job after <paramref name="lastSeq"/>; its events come through <see cref="IListenClient.OnEvent"/>.</summary>
    public async Task Subscribe(Guid jobId, long lastSeq)
    {
        var job = await FindAsync(jobId, lastSeq);
        await ((SignalRSession)Context.Items[SessionKey]!).Listener.ResumeAsync(job, lastSeq);
    }

    /// <summary>The events of one job after <paramref name="lastSeq"/>, until the last one of its attempt.</summary>
    public async IAsyncEnumerable<ClientEvent> StreamJob(Guid jobId, long lastSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var job = await FindAsync(jobId, lastSeq);
        await foreach (var value in streams.ReadAsync(job, lastSeq, cancellationToken))
        {
            yield return value;
        }
    }

    private async Task<JobRecord> FindAsync(Guid jobId, long lastSeq)
    {
        if (lastSeq < 0)
        {
            throw new HubException("lastSeq must be a whole number from 0: the 'seq' of the last event you have.");
        }

        return await jobs.FindAsync(Context.User!.UserId(), jobId, Context.ConnectionAborted)
            ?? throw new HubException(JobAccess.NotFound(jobId));
    }
}
