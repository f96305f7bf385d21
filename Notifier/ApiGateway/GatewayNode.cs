using System.Collections.Concurrent;
using CloudIa.Notifier.ApiGateway.Leases;
using CloudIa.Notifier.ApiGateway.Management;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Listening;
using CloudIa.Notifier.WebSockets;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>
/// The connections that this process owns. API Gateway holds the sockets, so a connection outlives the node that serves it: one that stops hands its
/// connections over, and those of one that died are found by their leases.
/// </summary>
internal sealed partial class GatewayNode(GatewayLeases leases, EndedJobs ended, NodeChannel channel, ListenerFactory listeners, ConnectionsClient client,
    GatewayRefusals refusals, IOptions<ApiGatewayOptions> options, IOptions<NotifierOptions> notifier, IHostApplicationLifetime lifetime,
    TimeProvider time, ILoggerFactory loggers, ILogger<GatewayNode> logger) : IHostedService, IAsyncDisposable
{
    private const int HandedOverAtOnce = 16;

    // A frame of the client is carried after a connection that changes its owner so often; then its client is told to try again.
    private const int DeliveryTries = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _taking = [];
    private readonly ConcurrentDictionary<string, GatewaySession> _sessions = new();
    private readonly SemaphoreSlim _orphans = new(0, 1);
    private readonly SemaphoreSlim _unsaved = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private Task _drained = Task.CompletedTask;
    private CancellationTokenRegistration _stopping;
    private volatile bool _isDraining;
    private bool _disposed;

    /// <summary>How many connections this node owns.</summary>
    public int Connections => _sessions.Count;

    public bool IsDraining => _isDraining;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loops.AddRange([SubscribeAsync(_stop.Token), RenewAllAsync(_stop.Token), SaveAllAsync(_stop.Token), SweepAsync(_stop.Token)]);
        _stopping = lifetime.ApplicationStopping.Register(() => _drained = DrainAsync());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _drained;
        await EndLoopsAsync();
        await TryAsync("unsubscribe", channel.UnsubscribeAsync);
    }

    /// <summary>Nothing is handed over here: as after a kill, the leases end by themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        // The container has it twice: as itself and as a hosted service.
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.DisposeAsync();
        await EndLoopsAsync();
        foreach (var connectionId in _sessions.Keys)
        {
            await EndAsync(connectionId);
        }

        _stop.Dispose();
        _orphans.Dispose();
        _unsaved.Dispose();
    }

    /// <summary>A client has connected, and API Gateway waits to be told whether it may.</summary>
    public async Task OpenAsync(string connectionId, string userId, string sessionId, ConnectionLogin login)
    {
        var connection = await leases.OpenAsync(connectionId, userId, sessionId, channel.Node, login);
        try
        {
            await StartAsync(connection, isNew: true);
        }
        catch
        {
            await TryAsync("forget", () => leases.ForgetAsync(connectionId, connection.Fence));
            throw;
        }
    }

    /// <summary>A client has gone. (API Gateway does not always say so; the next frame finds out.)</summary>
    public async Task ClosedAsync(string connectionId)
    {
        var owner = await leases.ForgetAsync(connectionId, fence: null);
        await EndAsync(connectionId);
        if (owner is not null && owner != channel.Node)
        {
            await channel.ClosedAsync(owner, connectionId);
        }
    }

    /// <summary>Brings a client's frame to the node that owns its connection, which may become this one.</summary>
    public async Task<Delivery> DeliverAsync(string connectionId, byte[] frame, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < DeliveryTries; tries++)
        {
            if (_sessions.TryGetValue(connectionId, out var session) && session.Deliver(frame) is var here and not Delivery.NotHere)
            {
                return here;
            }

            if (await leases.FindAsync(connectionId) is not var (node, isLive))
            {
                return Delivery.NoConnection;
            }

            Delivery? there = Delivery.NotHere;
            if (isLive && node is not null && node != channel.Node)
            {
                there = await channel.DeliverAsync(node, connectionId, frame, cancellationToken);
                if (there is Delivery.Taken or Delivery.Busy)
                {
                    return there.Value;
                }
            }

            // Whoever should have it does not: it said so, does not answer, or is this node after a failure.
            await TakeAsync(connectionId, fromTheLiving: isLive);
        }

        return Delivery.Busy;
    }

    /// <summary>Closes a connection that nobody knows, so that its client comes back and is known.</summary>
    public Task CloseUnknownAsync(string connectionId) => TryAsync("close", () => client.DeleteAsync(connectionId, _stop.Token));

    private Task TakeAsync(string connectionId, bool fromTheLiving)
    {
        lock (_lock)
        {
            // One at a time for a connection: the second would take it from the first.
            if (_taking.TryGetValue(connectionId, out var running))
            {
                return running;
            }

            var taking = TakeNowAsync(connectionId, fromTheLiving);
            if (!taking.IsCompleted)
            {
                _taking[connectionId] = taking;
            }

            return taking;
        }
    }

    private async Task TakeNowAsync(string connectionId, bool fromTheLiving)
    {
        try
        {
            // Not under the lock any more.
            await Task.Yield();
            await EndAsync(connectionId);
            if (await leases.TryTakeAsync(connectionId, channel.Node, fromTheLiving) is { } connection)
            {
                LogTaken(connectionId, connection.Cursors.Count, connection.Pending.Count);
                await StartAsync(connection, isNew: !connection.Greeted);
            }
        }
        finally
        {
            lock (_lock)
            {
                _taking.Remove(connectionId);
            }
        }
    }

    private async Task StartAsync(GatewayConnection connection, bool isNew)
    {
        var listener = await listeners.OpenAsync(
            new(connection.UserId, connection.SessionId, connection.ConnectionId, ListenerConnections.ApiGateway, ListenerConnections.Node), ListenerScope.User,
            connection.Login, isTakenOver: !isNew, _stop.Token);
        IReadOnlyList<Guid> also;
        try
        {
            // After the subscription, which has what ends from now on.
            also = connection.UnfollowedSince == 0 ? [] : await ended.SinceAsync(connection.UserId, connection.UnfollowedSince);
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }

        var cursors = new SentCursors(connection.Cursors, () => Wake(_unsaved));
        var sink = new ApiGatewaySink(connection.ConnectionId, client, refusals, cursors, isNew, time);
        var (subscriptions, acknowledgements) = listeners.ClientOf(listener, isTakenUp: true);
        var answers = new ClientFrameHandler(listener, subscriptions, acknowledgements, SendAsync, loggers.CreateLogger<ClientFrameHandler>());
        var session = new GatewaySession(connection, listener, sink, cursors, answers, acknowledgements, loggers.CreateLogger<GatewaySession>());
        session.Start(also);
        await EndAsync(connection.ConnectionId);
        _sessions[connection.ConnectionId] = session;
        _ = WatchAsync(session);

        // It was being opened while this node began to stop.
        if (_isDraining && _sessions.TryRemove(KeyValuePair.Create(connection.ConnectionId, session)))
        {
            await HandOverAsync(session);
            await TryAsync("announce", channel.OrphansAsync);
        }

        async Task SendAsync(StatusFrame frame)
        {
            await sink.SendAsync(frame);
            if (frame is { Status: StatusFrame.SubscribedStatus, JobId: { } jobId, LastSeq: { } lastSeq })
            {
                cursors.Subscribed(jobId, lastSeq);
            }
        }
    }

    private async Task WatchAsync(GatewaySession session)
    {
        var end = await session.Ended;
        if (!_sessions.TryRemove(KeyValuePair.Create(session.Connection.ConnectionId, session)))
        {
            // Whoever took it out knows why.
            return;
        }

        var connectionId = session.Connection.ConnectionId;
        if (session.Sink is { Failure: { } failure, IsGone: false })
        {
            refusals.Refused(failure);
        }

        if (end != ListenerEnd.Stopped)
        {
            if (!session.Sink.IsGone)
            {
                await TryAsync("close", () => client.DeleteAsync(connectionId, _stop.Token));
            }

            await TryAsync("forget", () => leases.ForgetAsync(connectionId, session.Connection.Fence));
            LogDropped(connectionId, session.Sink.IsGone ? "it is gone" : end?.ToString() ?? "it failed");
        }

        await session.DisposeAsync();
    }

    /// <summary>Ends what this node has of a connection, and leaves the rest to whom it belongs.</summary>
    private async Task EndAsync(string connectionId)
    {
        if (_sessions.TryRemove(connectionId, out var session))
        {
            await session.DisposeAsync();
        }
    }

    private async Task DrainAsync()
    {
        _isDraining = true;
        var all = _sessions.Values.ToList();
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = HandedOverAtOnce }, async (session, _) =>
        {
            if (_sessions.TryRemove(KeyValuePair.Create(session.Connection.ConnectionId, session)))
            {
                await HandOverAsync(session);
            }
        });
        if (all.Count > 0)
        {
            await TryAsync("announce", channel.OrphansAsync);
            LogHandedOver(all.Count);
        }
    }

    private async Task HandOverAsync(GatewaySession session)
    {
        await session.StopAsync(notifier.Value.CloseTimeout);
        await TryAsync("hand over", () => session.SaveAsync(leases, session.Connection, release: true));
        await session.DisposeAsync();
    }

    private void Hear(NodeMessage message)
    {
        switch (message)
        {
            case { Kind: NodeMessageKind.Frame, From: not null, ConnectionId: { } connectionId, Frame: { } frame }:
                var delivery = _sessions.TryGetValue(connectionId, out var session) ? session.Deliver(frame) : Delivery.NotHere;
                _ = TryAsync("answer", () => channel.AnswerAsync(message, delivery));
                break;
            case { Kind: NodeMessageKind.Closed, ConnectionId: { } connectionId }:
                _ = TryAsync("end", () => EndAsync(connectionId));
                break;
            case { Kind: NodeMessageKind.Orphans } when message.From != channel.Node:
                Wake(_orphans);
                break;
        }
    }

    private static void Wake(SemaphoreSlim loop)
    {
        try
        {
            if (loop.CurrentCount == 0)
            {
                loop.Release();
            }
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or over.
        }
    }

    /// <summary>What fails here is tried again by a later beat, or found by a lease that ends.</summary>
    private async Task<bool> TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception e)
        {
            if (!_stop.IsCancellationRequested)
            {
                LogFailed(what, e.GetType().Name, e is ConnectionsException ? e.Message : "");
            }

            return false;
        }
    }

    [LoggerMessage(66, LogLevel.Information, "Connection {ConnectionId} was taken over, with {Jobs} jobs and {Frames} frames")]
    private partial void LogTaken(string connectionId, int jobs, int frames);

    [LoggerMessage(67, LogLevel.Debug, "Connection {ConnectionId} is dropped: {Why}")]
    private partial void LogDropped(string connectionId, string why);

    [LoggerMessage(68, LogLevel.Information, "{Count} connections of API Gateway were handed over")]
    private partial void LogHandedOver(int count);

    [LoggerMessage(69, LogLevel.Warning, "Connection {ConnectionId} was taken over by another node, which this one did not answer or whose lease ended")]
    private partial void LogLost(string connectionId);

    [LoggerMessage(70, LogLevel.Warning, "API Gateway's connections: to {What} failed ({Error}) {Message}")]
    private partial void LogFailed(string what, string error, string message);
}
