using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>One subscription for the whole process, from the first run on: stops are rare, runs are not.</summary>
internal sealed class RedisRunStops(IConnectionMultiplexer redis, IOptions<EventLogOptions> options) : IRunStops
{
    private readonly RedisChannel _channel = RedisChannel.Literal(new EventLogKeys(options.Value.KeyPrefix).Stops);
    private readonly Lock _lock = new();
    private readonly HashSet<Watch> _watches = [];
    private Task? _subscribed;

    public static string Announcement(RunStop stop) => string.Create(CultureInfo.InvariantCulture, $"{stop.JobId:N} {stop.Attempt}");

    public async Task<IDisposable> WatchAsync(Guid jobId, int attempt, CancellationTokenSource token, CancellationToken cancellationToken)
    {
        Task subscribed;
        var watch = new Watch(this, jobId, attempt, token);
        lock (_lock)
        {
            _watches.Add(watch);
            if (_subscribed is null or { IsFaulted: true })
            {
                _subscribed = redis.GetSubscriber().SubscribeAsync(_channel, (_, value) => Hear(value));
            }

            subscribed = _subscribed;
        }

        try
        {
            await subscribed.WaitAsync(cancellationToken);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private void Hear(RedisValue value)
    {
        if (Parse(value) is not { } stop)
        {
            return;
        }

        Watch[] stopped;
        lock (_lock)
        {
            stopped = [.. _watches.Where(x => x.JobId == stop.JobId && x.Attempt <= stop.Attempt)];
        }

        foreach (var watch in stopped)
        {
            watch.Cancel();
        }
    }

    /// <summary>Null for what a version to come may say.</summary>
    private static RunStop? Parse(string? text) => text?.Split(' ') is [var job, var number, ..]
        && Guid.TryParseExact(job, "N", out var jobId) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? new(jobId, attempt)
            : null;

    private void Remove(Watch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
        }
    }

    private sealed class Watch(RedisRunStops owner, Guid jobId, int attempt, CancellationTokenSource token) : IDisposable
    {
        private readonly Lock _lock = new();
        private bool _disposed;

        public Guid JobId => jobId;

        public int Attempt => attempt;

        public void Cancel()
        {
            // On a thread of its own: what hears of it must not hold up the connection's reader.
            _ = Task.Run(() =>
            {
                lock (_lock)
                {
                    if (!_disposed)
                    {
                        token.Cancel();
                    }
                }
            });
        }

        public void Dispose()
        {
            owner.Remove(this);
            lock (_lock)
            {
                _disposed = true;
            }
        }
    }
}
