namespace CloudIa.Notifier.ApiGateway.Leases;

/// <summary>
/// One script for each operation. Keys: the leases (a sorted set: connection → when its owner's lease ends) and the connection (a hash: user, session,
/// owner, fence, opened, greeted, ends, tier, pending, and for each job how far it was sent). The time is the server's, so that nodes need not agree on it.
/// The first argument is the connection's id.
/// </summary>
internal static class GatewayLeaseScripts
{
    private const string Now = """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local function text(number) return string.format('%.0f', number) end

        """;

    /// <summary>id, node, lease in ms, time to live in ms, user, session, end of its login in ms or nothing, its tier or nothing → fence.</summary>
    public const string Open = Now + """
        local fence = text(now)
        redis.call('DEL', KEYS[2])
        redis.call('HSET', KEYS[2], 'user', ARGV[5], 'session', ARGV[6], 'owner', ARGV[2], 'fence', fence, 'opened', fence)
        if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], 'ends', ARGV[7]) end
        if ARGV[8] ~= '' then redis.call('HSET', KEYS[2], 'tier', ARGV[8]) end
        redis.call('PEXPIRE', KEYS[2], ARGV[4])
        redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[3])), ARGV[1])
        return fence
        """;

    /// <summary>
    /// id, node, lease in ms, 1 to take it from a node that does not answer → {fence, unfollowed since, all fields}, or nothing where the connection is
    /// gone or another node's.
    /// </summary>
    public const string Take = Now + """
        local held = redis.call('HMGET', KEYS[2], 'user', 'fence', 'opened')
        if not held[1] then
            redis.call('ZREM', KEYS[1], ARGV[1])
            return {}
        end
        local lease = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '0')
        if lease > now and ARGV[4] ~= '1' then return {} end
        local fence = text(math.max(tonumber(held[2]) + 1, now))
        redis.call('HSET', KEYS[2], 'owner', ARGV[2], 'fence', fence)
        redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[3])), ARGV[1])
        local fields = redis.call('HGETALL', KEYS[2])
        redis.call('HDEL', KEYS[2], 'pending')
        local since = math.max(math.min(lease, now) - tonumber(ARGV[3]), tonumber(held[3]))
        return {fence, text(since), fields}
        """;

    /// <summary>id, fence, lease in ms → 1 kept, 0 another's, -1 there is none.</summary>
    public const string Renew = Now + """
        local fence = redis.call('HGET', KEYS[2], 'fence')
        if not fence then return -1 end
        if fence ~= ARGV[2] then return 0 end
        redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[3])), ARGV[1])
        return 1
        """;

    /// <summary>id, fence, 1 to give the lease back, n, n fields and values, fields to delete → as <see cref="Renew"/>. A lease that was given back cannot be renewed by what was on its way.</summary>
    public const string Save = Now + """
        local fence = redis.call('HGET', KEYS[2], 'fence')
        if not fence then return -1 end
        if fence ~= ARGV[2] then return 0 end
        local last = 4 + 2 * tonumber(ARGV[4])
        for i = 5, last, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
        for i = last + 1, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
        if ARGV[3] == '1' then
            redis.call('HDEL', KEYS[2], 'owner')
            redis.call('HSET', KEYS[2], 'fence', text(tonumber(fence) + 1))
            redis.call('ZADD', KEYS[1], text(now), ARGV[1])
        end
        return 1
        """;

    /// <summary>id, fence or nothing for any → the owner, or nothing.</summary>
    public const string Forget = """
        local held = redis.call('HMGET', KEYS[2], 'fence', 'owner')
        if ARGV[2] ~= '' and held[1] and held[1] ~= ARGV[2] then return false end
        redis.call('DEL', KEYS[2])
        redis.call('ZREM', KEYS[1], ARGV[1])
        return held[2]
        """;

    /// <summary>id → {owner or nothing, 1 where its lease runs}, or nothing where there is no such connection.</summary>
    public const string Find = Now + """
        local held = redis.call('HMGET', KEYS[2], 'user', 'owner')
        if not held[1] then return {} end
        local lease = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '0')
        if lease > now then return {held[2] or '', '1'} end
        return {held[2] or '', '0'}
        """;

    /// <summary>how many → connections whose lease has ended, the longest first.</summary>
    public const string Expired = Now + "return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now), 'LIMIT', 0, ARGV[1])";

    /// <summary>Key: the user's ended jobs. job, how long to keep in ms.</summary>
    public const string NoteEnd = Now + """
        redis.call('ZADD', KEYS[1], text(now), ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - tonumber(ARGV[2])))
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 1
        """;
}
