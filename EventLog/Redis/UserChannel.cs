using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>The Redis subscription to one user's events, and who listens to it here. Subscribing and unsubscribing come one after the other.</summary>
/// <remarks>
/// With a handler, not with the client's queue, which would keep 2.5 kB ready for each idle user. Handlers run on the pool: two events that come within
/// microseconds may change places, and listeners then see a gap, and read it.
/// </remarks>
/// <param name="hear">What the client calls for each message.</param>
#pragma warning disable CA1001 // The semaphore has no wait handle to dispose, and a late waiter must still find it.
internal sealed partial class UserChannel(ISubscriber subscriber, string name, Action<RedisChannel, RedisValue> hear, ILogger logger)
#pragma warning restore CA1001
{
    /// <summary>Its own: while Redis does not answer, who subscribes holds it for seconds, and that is nothing to other users.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ImmutableArray<RedisEventFeed.Listener> _listeners = [];
    private bool _isSubscribed;

    public string Name => name;

    /// <summary>Who holds the channel. Read and written under the feed's lock.</summary>
    public int References { get; set; }

    public async Task AddAsync(RedisEventFeed.Listener listener, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_isSubscribed)
            {
                await SubscribeAsync();
                _isSubscribed = true;
            }

            cancellationToken.ThrowIfCancellationRequested();
            ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Add(listener));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Remove(RedisEventFeed.Listener listener) => ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Remove(listener));

    public async Task CloseAsync(Func<bool> unused)
    {
        await _gate.WaitAsync();
        try
        {
            if (_isSubscribed && unused())
            {
                _isSubscribed = false;
                await UnsubscribeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void NotifyReconnected()
    {
        foreach (var listener in _listeners)
        {
            Guard(listener.OnReconnected);
        }
    }

    /// <summary>An event was announced.</summary>
    public void Hear(RedisValue message)
    {
        byte[]? bytes = message;
        if (!Announcement.TryRead(bytes, out var value))
        {
            // Its number is missing for the listeners, who read the gap from the log and learn there what is wrong.
            Log.Unreadable(logger, bytes?.Length ?? 0);
            return;
        }

        foreach (var listener in _listeners)
        {
            Guard(() => listener.OnEvent(value));
        }
    }

    private async Task SubscribeAsync()
    {
        var channel = RedisChannel.Literal(name);
        try
        {
            await subscriber.SubscribeAsync(channel, hear);
        }
        catch
        {
            // The client keeps what it could not subscribe to, and would do it later behind our back.
            await subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget);
            throw;
        }
    }

    private async Task UnsubscribeAsync()
    {
        try
        {
            await subscriber.UnsubscribeAsync(RedisChannel.Literal(name), hear);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // The client has forgotten it at once, and with the connection the server does too.
            Log.UnsubscribeFailed(logger, exception.GetType().Name);
        }
    }

    private void Guard(Action callback)
    {
        try
        {
            callback();
        }
#pragma warning disable CA1031 // One listener's fault must not cost the others their events; the exception's text may hold content.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ListenerFailed(logger, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Error, "An announced event ({Bytes} bytes) is not one of this version, and was skipped; was a newer version started beside this one?")]
        public static partial void Unreadable(ILogger logger, int bytes);

        [LoggerMessage(12, LogLevel.Error, "A listener failed on an event with {Error}; the others got it")]
        public static partial void ListenerFailed(ILogger logger, string error);

        [LoggerMessage(13, LogLevel.Debug, "A subscription could not be ended ({Error})")]
        public static partial void UnsubscribeFailed(ILogger logger, string error);
    }
}
