using CloudIa.EventLog.Redis;
using StackExchange.Redis;

namespace CloudIa.Limits.Redis;

/// <summary>Names in Redis. Those of a user share a hash tag, so that one script may touch them all in a cluster too.</summary>
internal sealed class LimitKeys(string prefix)
{
    /// <summary>In the order in which the scripts know them.</summary>
    public RedisKey[] OfUser(string userId)
    {
        var user = EventLogKeys.Digest(userId);
        return [Key(user, "requests"), Key(user, "places"), Key(user, "holds"), Key(user, "tokens")];
    }

    /// <summary>And behind them that of one attempt which has ended.</summary>
    public RedisKey[] OfAttempt(string userId, string attempt) => [.. OfUser(userId), Key(EventLogKeys.Digest(userId), $"ended:{attempt}")];

    private RedisKey Key(string user, string what) => $"{prefix}limits:{{{user}}}:{what}";
}
