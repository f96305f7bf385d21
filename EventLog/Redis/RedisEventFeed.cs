using CloudIa.Contracts.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>Shares one Redis subscription among all listeners of a user in this process.</summary>
internal sealed partial class RedisEventFeed : IEventFeed, IAsyncDisposable, IDisposable
{
    private readonly Dictionary<string, UserChannel> _channels = [];
    private readonly IConnectionMultiplexer _redis;
    private readonly ISubscriber _subscriber;
    private readonly Action<RedisChannel, RedisValue> _hear;
    private readonly EventLogKeys _keys;
    private readonly ILogger<RedisEventFeed> _logger;
    private bool _disposed;

    public RedisEventFeed(IConnectionMultiplexer redis, IOptions<EventLogOptions> options, ILogger<RedisEventFeed> logger)
    {
        _redis = redis;
        _subscriber = redis.GetSubscriber();
        _hear = Hear;
        _keys = new(options.Value.KeyPrefix);
        _logger = logger;
        redis.ConnectionRestored += OnConnectionRestored;

        // In a failover a subscription moves to another server, whose connection was never lost.
        redis.ConfigurationChanged += OnConfigurationChanged;
    }

    /// <summary>How many users are subscribed to, for tests and probes.</summary>
    public int Channels
    {
        get
        {
            lock (_channels)
            {
                return _channels.Count;
            }
        }
    }

    public async Task<IAsyncDisposable> SubscribeAsync(
        string userId, Action<ClientEvent> onEvent, Action onReconnected, CancellationToken cancellationToken)
    {
        var name = _keys.Channel(userId);
        UserChannel? channel;
        lock (_channels)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_channels.TryGetValue(name, out channel))
            {
                _channels.Add(name, channel = new UserChannel(_subscriber, name, _hear, _logger));
            }

            // From here on nobody removes the channel, whether or not it is subscribed yet.
            channel.References++;
        }

        var listener = new Listener(this, channel, onEvent, onReconnected);
        try
        {
            await channel.AddAsync(listener, cancellationToken);
            return listener;
        }
        catch
        {
            await ReleaseAsync(channel);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        UserChannel[] channels;
        lock (_channels)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            channels = [.. _channels.Values];
            _channels.Clear();
        }

        _redis.ConnectionRestored -= OnConnectionRestored;
        _redis.ConfigurationChanged -= OnConfigurationChanged;
        foreach (var channel in channels)
        {
            await channel.CloseAsync(() => true);
        }
    }

    /// <summary>Does not wait for the server; the connection usually ends with this.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    /// <summary>Gives a reference back; the last one ends the subscription, unless a new listener came meanwhile.</summary>
    private async Task ReleaseAsync(UserChannel channel)
    {
        lock (_channels)
        {
            if (--channel.References > 0)
            {
                return;
            }
        }

        await channel.CloseAsync(() =>
        {
            lock (_channels)
            {
                return channel.References == 0;
            }
        });
        lock (_channels)
        {
            if (channel.References == 0 && _channels.TryGetValue(channel.Name, out var current) && current == channel)
            {
                _channels.Remove(channel.Name);
            }
        }
    }

    private void Hear(RedisChannel name, RedisValue message)
    {
        UserChannel? channel;
        lock (_channels)
        {
            _channels.TryGetValue(name.ToString(), out channel);
        }

        channel?.Hear(message);
    }

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e) => _ = NotifyReconnectedAsync();

    private void OnConfigurationChanged(object? sender, EndPointEventArgs e) => _ = NotifyReconnectedAsync();

    /// <summary>
    /// By now the client has sent its subscriptions again, but the server need not have taken them: a listener that read its gap before
    /// that could miss an event once more. A ping on the same connection is answered after them.
    /// </summary>
    private async Task NotifyReconnectedAsync()
    {
        UserChannel[] channels;
        lock (_channels)
        {
            channels = [.. _channels.Values];
        }

        if (channels.Length == 0)
        {
            return;
        }

        try
        {
            await _subscriber.PingAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Lost again. Whoever reads now may miss something, and is told once more when the connection is back.
            Log.PingFailed(_logger, exception.GetType().Name);
        }

        Log.Reconnected(_logger, channels.Length);
        foreach (var channel in channels)
        {
            channel.NotifyReconnected();
        }
    }

    /// <summary>One subscription of a caller.</summary>
    internal sealed class Listener(RedisEventFeed feed, UserChannel channel, Action<ClientEvent> onEvent, Action onReconnected) : IAsyncDisposable
    {
        private int _disposed;

        public Action<ClientEvent> OnEvent => onEvent;

        public Action OnReconnected => onReconnected;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                channel.Remove(this);
                await feed.ReleaseAsync(channel);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The connection to Redis is back: the listeners of {Users} users read what they may have missed")]
        public static partial void Reconnected(ILogger logger, int users);

        [LoggerMessage(2, LogLevel.Warning, "The connection to Redis was lost again while it was checked ({Error})")]
        public static partial void PingFailed(ILogger logger, string error);
    }
}
