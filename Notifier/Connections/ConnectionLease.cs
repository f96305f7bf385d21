using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;

namespace CloudIa.Notifier.Connections;

/// <summary>Keeps a connection in the registry while it is open. What the registry says is a hint, so its failures end no connection.</summary>
internal sealed partial class ConnectionLease : IAsyncDisposable
{
    private readonly IConnectionRegistry _registry;
    private readonly ListenerConnection _connection;
    private readonly NotifierOptions _options;
    private readonly NotifierMetrics _metrics;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _heartbeat;
    private Task _renewing = Task.CompletedTask;

    private ConnectionLease(IConnectionRegistry registry, ListenerConnection connection, NotifierOptions options, NotifierMetrics metrics,
        TimeProvider time, ILogger logger)
    {
        _registry = registry;
        _connection = connection;
        _options = options;
        _metrics = metrics;
        _logger = logger;
        _heartbeat = new PeriodicTimer(options.HeartbeatInterval, time);
    }

    public static async Task<ConnectionLease> TakeAsync(IConnectionRegistry registry, ListenerConnection connection, NotifierOptions options,
        NotifierMetrics metrics, TimeProvider time, ILogger<ConnectionLease> logger, CancellationToken cancellationToken)
    {
        var lease = new ConnectionLease(registry, connection, options, metrics, time, logger);
        metrics.Connected(connection.Wire);
        lease.LogConnected(connection.ConnectionId, connection.Wire, connection.SessionId);
        await lease.RegisterAsync(cancellationToken);
        lease._renewing = lease.RenewAsync();
        return lease;
    }

    public async ValueTask DisposeAsync()
    {
        _heartbeat.Dispose();
        await _renewing;
        _metrics.Disconnected(_connection.Wire);
        try
        {
            await _registry.RemoveAsync(_connection, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e, _connection.ConnectionId);
        }

        LogDisconnected(_connection.ConnectionId, _connection.Wire);
    }

    private async Task RenewAsync()
    {
        while (await _heartbeat.WaitForNextTickAsync())
        {
            await RegisterAsync(CancellationToken.None);
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _registry.RegisterAsync(_connection, _options.ConnectionTimeToLive, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, _connection.ConnectionId);
        }
    }

    [LoggerMessage(10, LogLevel.Debug, "Connection {ConnectionId} ({Wire}) of session {SessionId} is open")]
    private partial void LogConnected(string connectionId, string wire, string sessionId);

    [LoggerMessage(11, LogLevel.Debug, "Connection {ConnectionId} ({Wire}) is closed")]
    private partial void LogDisconnected(string connectionId, string wire);

    [LoggerMessage(12, LogLevel.Warning, "The registry of connections could not be written for {ConnectionId}: the next heartbeat tries again")]
    private partial void LogFailed(Exception exception, string connectionId);
}
