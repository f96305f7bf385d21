using System.Globalization;
using CloudIa.EventLog;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Messaging.Pauses;

/// <summary>A hash: queue → since when, in Unix milliseconds. Nothing of it expires.</summary>
internal sealed class RedisQueuePauses(IConnectionMultiplexer redis, IOptions<EventLogOptions> options, TimeProvider time) : IQueuePauses
{
    private readonly RedisKey _key = $"{options.Value.KeyPrefix}paused-queues";

    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var all = await redis.GetDatabase().HashGetAllAsync(_key, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        return all.ToDictionary(x => x.Name.ToString(), x => DateTimeOffset.FromUnixTimeMilliseconds((long)x.Value), StringComparer.Ordinal);
    }

    public Task PauseAsync(string queue, CancellationToken cancellationToken) => redis.GetDatabase()
        .HashSetAsync(_key, queue, time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), When.NotExists).WaitAsync(cancellationToken);

    public Task ResumeAsync(string queue, CancellationToken cancellationToken) => redis.GetDatabase().HashDeleteAsync(_key, queue).WaitAsync(cancellationToken);
}
