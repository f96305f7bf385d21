using CloudIa.EventLog;
using CloudIa.Limits;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Api.Limits;

/// <summary>Counts streams of server-sent events among their user's connections, beside the Notifier's own. Where nobody's connections are limited nothing is counted.</summary>
internal sealed partial class EventStreamPlaces(IConnectionRegistry registry, IOptions<LimitOptions> options, TimeProvider time, ILogger<EventStreamPlaces> logger)
{
    /// <summary>As the Notifier's defaults: a stream whose process died is forgotten after this.</summary>
    internal static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(60);

    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);
    private static readonly string Node = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <returns>Null: the user has as many connections as there can be.</returns>
    public async Task<IAsyncDisposable?> TryTakeAsync(LimitedUser user, CancellationToken cancellationToken)
    {
        if (!options.Value.CountsConnections)
            return Uncounted.Instance;

        var connection = new ListenerConnection(user.UserId, SessionId: "", Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), ListenerWires.EventStream, Node);
        return await registry.TryRegisterAsync(connection, options.Value.Of(user.Tier).Connections, TimeToLive, cancellationToken) ? new Place(this, connection) : null;
    }

    /// <summary>What is told with a refusal.</summary>
    public Admission Refusal(LimitedUser user)
    {
        var limit = new LimitState(LimitKind.Connections, options.Value.Of(user.Tier).Connections, Remaining: 0, Reset: null);
        return new() { Limits = [limit], Refusal = limit };
    }

    private async Task RenewAsync(ListenerConnection connection, CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(Heartbeat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopped))
                await TryAsync(connection, () => registry.RegisterAsync(connection, TimeToLive, stopped));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The stream has ended.
        }
    }

    /// <summary>What the registry does not hear the next heartbeat tells it, or its time to live.</summary>
    private async Task TryAsync(ListenerConnection connection, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogNotWritten(exception, connection.ConnectionId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The registry of connections could not be written for the event stream {ConnectionId}.")]
    private partial void LogNotWritten(Exception exception, string connectionId);

    private Task RemoveAsync(ListenerConnection connection) => TryAsync(connection, () => registry.RemoveAsync(connection, CancellationToken.None));

    private sealed class Uncounted : IAsyncDisposable
    {
        public static readonly Uncounted Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Place : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly EventStreamPlaces _places;
        private readonly ListenerConnection _connection;
        private readonly Task _renewing;

        public Place(EventStreamPlaces places, ListenerConnection connection)
        {
            (_places, _connection) = (places, connection);
            _renewing = places.RenewAsync(connection, _stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _renewing;
            await _places.RemoveAsync(_connection);
            _stop.Dispose();
        }
    }
}
