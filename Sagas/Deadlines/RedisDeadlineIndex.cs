using StackExchange.Redis;

namespace CloudIa.Sagas.Deadlines;

/// <summary>A sorted set: jobs by their deadline in Unix milliseconds.</summary>
internal sealed class RedisDeadlineIndex(IConnectionMultiplexer redis) : IDeadlineIndex
{
    private static readonly RedisKey Key = "chat-job-deadlines";

    public Task SetAsync(Guid jobId, DateTimeOffset deadline, CancellationToken cancellationToken) =>
        redis.GetDatabase().SortedSetAddAsync(Key, Member(jobId), deadline.ToUnixTimeMilliseconds()).WaitAsync(cancellationToken);

    public Task RemoveAsync(Guid jobId, CancellationToken cancellationToken) =>
        redis.GetDatabase().SortedSetRemoveAsync(Key, Member(jobId)).WaitAsync(cancellationToken);

    public async Task<IReadOnlyList<Guid>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var members = await redis.GetDatabase()
            .SortedSetRangeByScoreAsync(Key, stop: now.ToUnixTimeMilliseconds(), take: limit, flags: CommandFlags.DemandMaster)
            .WaitAsync(cancellationToken);
        return [.. members.Select(x => Guid.ParseExact(x.ToString(), "N"))];
    }

    private static RedisValue Member(Guid jobId) => jobId.ToString("N");
}
