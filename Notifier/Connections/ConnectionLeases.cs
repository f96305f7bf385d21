using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Notifier.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Connections;

/// <summary>Keeps this node's connections in the registry while they are open. What the registry says is a hint, so its failures end no connection.</summary>
/// <remarks>One timer for all: every fiftieth of the interval a fiftieth of the connections is renewed, so that idle ones cost little and Redis gets no bursts.</remarks>
internal sealed partial class ConnectionLeases(IConnectionRegistry registry, IOptions<NotifierOptions> options, IOptions<LimitOptions> limits, NotifierMetrics metrics, TimeProvider time, ILogger<ConnectionLeases> logger)
    : BackgroundService
{
    internal const int Turns = 50;

    private readonly IConnectionRegistry _registry = registry;
    private readonly NotifierMetrics _metrics = metrics;
    private readonly NotifierOptions _options = options.Value;
    private readonly LimitOptions _limits = limits.Value;
    private readonly ILogger _logger = logger;

    private readonly HashSet<Lease>[] _turns = [.. Enumerable.Range(0, Turns).Select(_ => new HashSet<Lease>())];
    private int _next;
    private int _turnsDone;

    /// <summary>For tests: how often a part of the connections was renewed.</summary>
    internal int TurnsDone => Volatile.Read(ref _turnsDone);

    /// <summary>A connection that begins here; see the other.</summary>
    public Task<IAsyncDisposable> TakeAsync(ListenerConnection connection, string? tier, CancellationToken cancellationToken) =>
        TakeAsync(connection, tier, isTakenOver: false, cancellationToken);

    /// <summary>Registers a connection, and renews it until the result is disposed. Where the registry does not answer nobody is refused.</summary>
    /// <param name="tier">Its user's, of limits; null: none.</param>
    /// <param name="isTakenOver">It is open already, at another node, which may still have it registered.</param>
    /// <exception cref="TooManyConnectionsException">Its user has as many as there can be.</exception>
    public async Task<IAsyncDisposable> TakeAsync(ListenerConnection connection, string? tier, bool isTakenOver, CancellationToken cancellationToken)
    {
        var most = _limits.Of(tier).Connections;
        var lease = new Lease(this, connection, _turns[(uint)Interlocked.Increment(ref _next) % Turns]);
        _metrics.Connected(connection.Wire);
        LogConnected(connection.ConnectionId, connection.Wire, connection.SessionId);
        try
        {
            if (!await _registry.TryRegisterAsync(connection, isTakenOver ? 0 : most, _options.ConnectionTimeToLive, cancellationToken))
            {
                throw new TooManyConnectionsException(most);
            }
        }
        catch (TooManyConnectionsException)
        {
            _metrics.Refused(connection.Wire);
            lease.Forget();
            throw;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, connection.ConnectionId);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }

        lease.Begin();
        return lease;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.HeartbeatInterval / Turns, time);
        try
        {
            for (var turn = 0; await timer.WaitForNextTickAsync(stoppingToken); turn = (turn + 1) % Turns)
            {
                await RenewAsync(_turns[turn]);
                Interlocked.Increment(ref _turnsDone);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node goes. Connections that are still open are taken out of the registry as they end.
        }
    }

    private async Task RenewAsync(HashSet<Lease> turn)
    {
        Lease[] leases;
        lock (turn)
        {
            leases = [.. turn];
        }

        var failures = (await Task.WhenAll(leases.Select(x => x.RenewAsync()))).OfType<Exception>().ToList();
        if (failures.Count > 0)
        {
            LogNotRenewed(failures[0], failures.Count, leases.Length);
        }
    }

    [LoggerMessage(10, LogLevel.Debug, "Connection {ConnectionId} ({Wire}) of session {SessionId} is open")]
    private partial void LogConnected(string connectionId, string wire, string sessionId);

    [LoggerMessage(11, LogLevel.Debug, "Connection {ConnectionId} ({Wire}) is closed")]
    private partial void LogDisconnected(string connectionId, string wire);

    [LoggerMessage(12, LogLevel.Warning, "The registry of connections could not be written for {ConnectionId}: the next heartbeat tries again")]
    private partial void LogFailed(Exception exception, string connectionId);

    [LoggerMessage(13, LogLevel.Warning, "The registry of connections could not be written for {Failed} of {Connections} connections: the next heartbeat tries again")]
    private partial void LogNotRenewed(Exception exception, int failed, int connections);

    /// <param name="turn">Those that are renewed with it.</param>
    private sealed class Lease(ConnectionLeases all, ListenerConnection connection, HashSet<Lease> turn) : IAsyncDisposable
    {
        public void Begin()
        {
            lock (turn)
            {
                turn.Add(this);
            }
        }

        /// <returns>Why it failed.</returns>
        public async Task<Exception?> RenewAsync()
        {
            try
            {
                Task renewing;
                lock (turn)
                {
                    // Sent before the removal is, or not at all: a connection that has gone is not registered again.
                    if (!turn.Contains(this))
                    {
                        return null;
                    }

                    renewing = all._registry.RegisterAsync(connection, all._options.ConnectionTimeToLive, CancellationToken.None);
                }

                await renewing;
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
        }

        /// <summary>It was never registered: there is nothing to remove.</summary>
        public void Forget()
        {
            all._metrics.Disconnected(connection.Wire);
            all.LogDisconnected(connection.ConnectionId, connection.Wire);
        }

        public async ValueTask DisposeAsync()
        {
            lock (turn)
            {
                turn.Remove(this);
            }

            all._metrics.Disconnected(connection.Wire);
            try
            {
                await all._registry.RemoveAsync(connection, CancellationToken.None);
            }
            catch (Exception e)
            {
                all.LogFailed(e, connection.ConnectionId);
            }

            all.LogDisconnected(connection.ConnectionId, connection.Wire);
        }
    }
}
