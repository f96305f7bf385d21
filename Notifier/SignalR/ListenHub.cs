using System.Runtime.CompilerServices;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Listening;
using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.SignalR;
using StackExchange.Redis;

namespace CloudIa.Notifier.SignalR;

/// <summary>The same as the raw WebSocket, for SignalR clients.</summary>
internal sealed partial class ListenHub(ListenerFactory listeners, JobAccess jobs, JobStream streams, TimeProvider time,
    IHubContext<ListenHub, IListenClient> hub, ILogger<SignalRSession> logger) : Hub<IListenClient>
{
    public override async Task OnConnectedAsync()
    {
        // The endpoint has refused what is not valid.
        var request = Context.GetHttpContext()!.Request;
        if (!Sessions.TryGet(request, time, out var sessionId) || !ListenerScopes.TryGet(request, out var scope))
        {
            throw new HubException($"{Sessions.Invalid} {ListenerScopes.Invalid}");
        }

        var connection = ListenerConnections.Of(Context.User!, sessionId, Context.ConnectionId, ListenerConnections.SignalR);
        Listener listener;
        try
        {
            listener = await listeners.OpenAsync(connection, scope, ConnectionLogin.Of(Context.User!), Context.ConnectionAborted);
        }
        catch (TooManyConnectionsException e)
        {
            // Refused, and not cut: its client is told why, and does not come again by itself.
            throw new HubException(e.Message);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // Cut, and not refused: a client that is told of an error does not try again.
            LogNotOpened(logger, e, Context.ConnectionId);
            SignalRSession.Cut(Context);
            return;
        }

        try
        {
            await BeginAsync(listener, request);
        }
        catch
        {
            // SignalR ends a connection that did not begin without a word to OnDisconnectedAsync.
            Context.Features.Set<SignalRSession>(null);
            await listener.DisposeAsync();
            throw;
        }
    }

    private async Task BeginAsync(Listener listener, HttpRequest request)
    {
        var connection = listener.Connection;
        var (subscriptions, acknowledgements) = listeners.ClientOf(listener, Sessions.IsNamed(request));
        var session = new SignalRSession(listener, subscriptions, acknowledgements, Context, hub.Clients.Client(Context.ConnectionId), logger);

        // Not in Context.Items: that is half a kilobyte for one entry.
        Context.Features.Set(session);

        await Clients.Caller.Connected(new ConnectedNotice(connection.ConnectionId, connection.SessionId));
        session.Start();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Features.Get<SignalRSession>() is { } session)
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>Goes on with one job after <paramref name="lastSeq"/>; its events come through <see cref="IListenClient.OnEvent"/>.</summary>
    public Task Subscribe(Guid jobId, long lastSeq) => AskAsync(x => x.JobAsync(jobId, NotNegative(lastSeq)));

    /// <summary>
    /// All jobs of one chat from now on, and its last one: where it is open, or <paramref name="lastSeq"/> is given, with its events after that number.
    /// For connections with <c>?scope=none</c>; others get all of the user's jobs.
    /// </summary>
    public Task SubscribeChat(Guid chatId, long? lastSeq) => AskAsync(x => x.ChatAsync(chatId, lastSeq is { } last ? NotNegative(last) : null));

    /// <summary>All of the user's jobs from now on.</summary>
    public Task SubscribeUser() => AskAsync(x => x.UserAsync());

    /// <summary>No longer this job, or this chat.</summary>
    public Task Unsubscribe(Guid jobOrChatId) => AskAsync(x => x.LeaveAsync(jobOrChatId));

    /// <summary>No longer all of the user's jobs.</summary>
    public Task UnsubscribeUser() => AskAsync(x => x.LeaveUserAsync());

    /// <summary>Says that all events of a job up to a number have arrived: a connection of the same session goes on from there by itself.</summary>
    public async Task Acknowledge(Guid jobId, long seq)
    {
        if (!await Session.Acknowledgements.AddAsync(jobId, seq))
        {
            throw new HubException("What is acknowledged was not sent over this connection, or long ago. Acknowledge the 'seq' of an event that came over it.");
        }
    }

    /// <summary>The events of one job after <paramref name="lastSeq"/>, until the last one of its attempt.</summary>
    public async IAsyncEnumerable<ClientEvent> StreamJob(Guid jobId, long lastSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(Context.User!.UserId(), jobId, Context.ConnectionAborted) ?? throw new HubException(JobAccess.NotFound(jobId));
        await foreach (var value in streams.ReadAsync(job, NotNegative(lastSeq), cancellationToken))
        {
            yield return value;
        }
    }

    private SignalRSession Session => Context.Features.Get<SignalRSession>()!;

    private async Task AskAsync(Func<Subscriptions, Task> ask)
    {
        try
        {
            await ask(Session.Subscriptions);
        }
        catch (Exception e) when (e is NotFoundException or ScopeFullException)
        {
            throw new HubException(e.Message);
        }
    }

    private static long NotNegative(long lastSeq) =>
        lastSeq >= 0 ? lastSeq : throw new HubException("lastSeq must be a whole number from 0: the 'seq' of the last event you have.");

    [LoggerMessage(31, LogLevel.Warning, "Connection {ConnectionId} could not be opened, since Redis does not answer: it is cut, and its client tries again")]
    private static partial void LogNotOpened(ILogger logger, Exception exception, string connectionId);
}
