using MassTransit;
using StackExchange.Redis;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Which process sweeps. Two that both think they do are harmless: all that a sweeper does may be done twice.</summary>
internal sealed class SweepLease(IConnectionMultiplexer redis)
{
    private const string TakeOrRenew = """
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    private const string GiveBack = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private static readonly RedisKey Key = "chat-job-sweeper";
    private readonly RedisValue _self = NewId.NextGuid().ToString("N");

    public async Task<bool> TakeAsync(TimeSpan length, CancellationToken cancellationToken) =>
        (long)await redis.GetDatabase().ScriptEvaluateAsync(TakeOrRenew, [Key], [_self, (long)length.TotalMilliseconds]).WaitAsync(cancellationToken) == 1;

    /// <summary>So that another process need not wait for its end.</summary>
    public Task ReleaseAsync() => redis.GetDatabase().ScriptEvaluateAsync(GiveBack, [Key], [_self]);
}
