using MassTransit;
using StackExchange.Redis;

namespace CloudIa.Sagas.Leases;

/// <summary>Which process does a thing that one does for all. Two that both think they do must be harmless: all that they do may be done twice.</summary>
internal abstract class Lease(IConnectionMultiplexer redis, RedisKey key)
{
    private const string TakeOrRenew = """
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    private const string GiveBack = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private readonly RedisValue _self = NewId.NextGuid().ToString("N");

    public async Task<bool> TakeAsync(TimeSpan length, CancellationToken cancellationToken) =>
        (long)await redis.GetDatabase().ScriptEvaluateAsync(TakeOrRenew, [key], [_self, (long)length.TotalMilliseconds]).WaitAsync(cancellationToken) == 1;

    /// <summary>So that another process need not wait for its end.</summary>
    public Task ReleaseAsync() => redis.GetDatabase().ScriptEvaluateAsync(GiveBack, [key], [_self]);
}

internal sealed class SweepLease(IConnectionMultiplexer redis) : Lease(redis, "chat-job-sweeper");

internal sealed class ErasureLease(IConnectionMultiplexer redis) : Lease(redis, "chat-job-eraser");

internal sealed class OperationLease(IConnectionMultiplexer redis) : Lease(redis, "chat-job-operations");
