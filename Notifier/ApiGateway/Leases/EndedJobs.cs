using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Notifying;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Notifier.ApiGateway.Leases;

/// <summary>
/// Which jobs of a user ended lately. A client of API Gateway does not see that its node died, so nobody asks for what was said in between: a job
/// that still goes on announces itself to the next owner, one that began and ended in between is found here.
/// </summary>
internal sealed class EndedJobs(IConnectionMultiplexer redis, IOptions<EventLogOptions> log, IOptions<ApiGatewayOptions> options) : IJobEnds
{
    private readonly GatewayKeys _keys = new(log.Value.KeyPrefix);

    // Longer than a connection can be without an owner while any node lives: a lease, a sweep, and a restart.
    private readonly RedisValue _kept = GatewayLeases.Milliseconds((options.Value.OwnerLease * 4) + TimeSpan.FromMinutes(10));

    public async Task EndsAsync(string userId, Guid jobId, CancellationToken cancellationToken) => await redis.GetDatabase()
        .ScriptEvaluateAsync(GatewayLeaseScripts.NoteEnd, [_keys.Ended(userId)], [jobId.ToString("N"), _kept])
        .WaitAsync(cancellationToken);

    /// <param name="since">Milliseconds of Redis's clock.</param>
    public async Task<IReadOnlyList<Guid>> SinceAsync(string userId, long since) =>
        [.. (await redis.GetDatabase().SortedSetRangeByScoreAsync(_keys.Ended(userId), since)).Select(x => Guid.ParseExact((string)x!, "N"))];
}
