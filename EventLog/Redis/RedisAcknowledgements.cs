using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>A hash for each session: job → number.</summary>
internal sealed class RedisAcknowledgements(IConnectionMultiplexer redis, IOptions<EventLogOptions> options) : IAcknowledgements
{
    // Numbers are compared as such: a slow connection's word may come after that of the one that replaced it.
    private static readonly string Save = $$"""
        for i = 2, #ARGV, 2 do
          if ARGV[i + 1] == '' then
            redis.call('HDEL', KEYS[1], ARGV[i])
          else
            local known = redis.call('HGET', KEYS[1], ARGV[i])
            if (known and tonumber(known) < tonumber(ARGV[i + 1])) or (not known and redis.call('HLEN', KEYS[1]) < {{IAcknowledgements.MostJobs}}) then
              redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
            end
          end
        end
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return 1
        """;

    private readonly EventLogKeys _keys = new(options.Value.KeyPrefix);
    private readonly long _timeToLive = (long)options.Value.RetentionAfterEnd.TotalMilliseconds;

    public async Task SaveAsync(string userId, string sessionId, IReadOnlyCollection<KeyValuePair<Guid, long?>> acknowledged, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(acknowledged);
        cancellationToken.ThrowIfCancellationRequested();
        RedisValue[] arguments = [_timeToLive, .. acknowledged.SelectMany(x => new RedisValue[] { x.Key.ToString("N"), x.Value?.ToString(CultureInfo.InvariantCulture) ?? "" })];
        await redis.GetDatabase().ScriptEvaluateAsync(Save, [_keys.Acknowledged(userId, sessionId)], arguments).WaitAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<Guid, long>> GetAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entries = await redis.GetDatabase().HashGetAllAsync(_keys.Acknowledged(userId, sessionId), CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        var acknowledged = new Dictionary<Guid, long>();
        foreach (var entry in entries)
        {
            if (!Guid.TryParseExact(entry.Name, "N", out var jobId) || !entry.Value.TryParse(out long seq))
            {
                throw new CorruptEventException(
                    "What a session has acknowledged is not of this version: another program wrote to the key, or a newer version of this one did. It is " +
                    "forgotten at the end of its time to live; update this service.");
            }

            acknowledged.Add(jobId, seq);
        }

        return acknowledged;
    }
}
