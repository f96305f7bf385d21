namespace CloudIa.EventLog.Redis;

/// <summary>
/// One script for each operation. Keys: events (list), run (hash: attempt, fence, stopped, ended, deltas, delayed), lease, answer. The first argument is
/// the owner's channel. An attempt is over when <c>ended</c> is not below it; <c>deltas</c> is there while the log holds pieces that
/// no reset has voided.
/// </summary>
internal static class EventLogScripts
{
    // The number comes formatted: Lua's own conversion differs between servers (1 or 1.0).
    private const string Announce = """
        local function announce(json)
            local seq = redis.call('RPUSH', KEYS[1], json)
            redis.call('PUBLISH', ARGV[1], string.format('%d', seq) .. ' ' .. json)
            return seq
        end

        """;

    /// <summary>channel, event, retention in ms → 1, or 0 where the log has begun already.</summary>
    public const string Accept = Announce + """
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        announce(ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return 1
        """;

    /// <summary>
    /// channel, attempt, least fence, lease in ms, retention in ms, job_started, message_reset → {status, number}: 1 begun with this
    /// fence, 2 busy for so many ms, 3 ended, 4 answered.
    /// </summary>
    /// <remarks>
    /// The least fence is the caller's clock: were Redis lost with all it holds, a run from before must not have the number of one
    /// from after. Otherwise fences only need to grow, whatever the clocks say.
    /// </remarks>
    public const string Begin = Announce + """
        local run = redis.call('HMGET', KEYS[2], 'attempt', 'fence', 'ended', 'deltas', 'stopped')
        local attempt = tonumber(ARGV[2])
        local current = tonumber(run[1] or '0')
        if math.max(tonumber(run[3] or '0'), tonumber(run[5] or '0')) >= attempt or current > attempt then return {3, 0} end
        if redis.call('EXISTS', KEYS[4]) == 1 then return {4, 0} end
        if current == attempt then
            local left = redis.call('PTTL', KEYS[3])
            if left >= 0 then return {2, left} end
        end
        local fence = string.format('%.0f', math.max(tonumber(run[2] or '0') + 1, tonumber(ARGV[3])))
        redis.call('HSET', KEYS[2], 'attempt', ARGV[2], 'fence', fence)
        redis.call('HDEL', KEYS[2], 'delayed')
        redis.call('SET', KEYS[3], fence, 'PX', ARGV[4])
        if run[4] then
            redis.call('HDEL', KEYS[2], 'deltas')
            announce(ARGV[7])
        end
        if attempt > current then announce(ARGV[6]) end
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        redis.call('PEXPIRE', KEYS[2], ARGV[5])
        return {1, fence}
        """;

    /// <summary>What a run's every write begins with. Arguments: channel, attempt, fence, lease in ms, retention in ms, value.</summary>
    private const string OnlyTheCurrentRun = """
        local run = redis.call('HMGET', KEYS[2], 'fence', 'ended', 'deltas', 'stopped')
        if run[1] ~= ARGV[3] or math.max(tonumber(run[2] or '0'), tonumber(run[4] or '0')) >= tonumber(ARGV[2]) then return 0 end
        redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])

        """;

    /// <summary>→ the number of the event, or 0 where the run may not write.</summary>
    public const string Append = Announce + OnlyTheCurrentRun + """
        if not run[3] then redis.call('HSET', KEYS[2], 'deltas', '1') end
        local seq = announce(ARGV[6])
        if seq == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
        return seq
        """;

    /// <summary>→ 1, or 0 where the run may not write.</summary>
    public const string Renew = OnlyTheCurrentRun + "return 1";

    /// <summary>→ 1, or 0 where the run may not write.</summary>
    public const string Keep = OnlyTheCurrentRun + """
        redis.call('SET', KEYS[4], ARGV[6], 'PX', ARGV[5])
        return 1
        """;

    /// <summary>channel, attempt, next try (attempt and time), retention in ms, event → the number of the event, or 0 where the attempt does not wait.</summary>
    public const string Delay = Announce + """
        local run = redis.call('HMGET', KEYS[2], 'attempt', 'ended', 'stopped')
        local attempt = tonumber(ARGV[2])
        local current = tonumber(run[1] or '0')
        if math.max(tonumber(run[2] or '0'), tonumber(run[3] or '0')) >= attempt or current > attempt then return 0 end
        if redis.call('EXISTS', KEYS[4]) == 1 then return 0 end
        if current == attempt and redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
        local seq = announce(ARGV[5])
        redis.call('HSET', KEYS[2], 'delayed', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        redis.call('PEXPIRE', KEYS[2], ARGV[4])
        return seq
        """;

    /// <summary>fence → 1, or 0 where another run has the lease. (No channel: nothing is announced.)</summary>
    public const string Release = """
        if redis.call('HGET', KEYS[2], 'fence') ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[3])
        """;

    /// <summary>channel of stops, attempt, announcement, retention in ms → 1, or 0 where it was stopped or had ended before.</summary>
    public const string Stop = """
        local run = redis.call('HMGET', KEYS[2], 'attempt', 'ended', 'stopped')
        local attempt = tonumber(ARGV[2])
        if math.max(tonumber(run[2] or '0'), tonumber(run[3] or '0')) >= attempt then return 0 end
        redis.call('HSET', KEYS[2], 'stopped', ARGV[2])
        redis.call('PEXPIRE', KEYS[2], ARGV[4])
        if tonumber(run[1] or '0') <= attempt then redis.call('DEL', KEYS[3]) end
        redis.call('PUBLISH', ARGV[1], ARGV[3])
        return 1
        """;

    /// <summary>attempt → 1 where its run has the lease. (No channel: nothing is announced.)</summary>
    public const string IsRunning = """
        if redis.call('HGET', KEYS[2], 'attempt') ~= ARGV[1] then return 0 end
        return redis.call('EXISTS', KEYS[3])
        """;

    /// <summary>channel, attempt, retention in ms, event → the number of the event, or 0 where the attempt is over or a newer one has begun.</summary>
    public const string End = Announce + """
        local run = redis.call('HMGET', KEYS[2], 'attempt', 'ended')
        local attempt = tonumber(ARGV[2])
        if tonumber(run[2] or '0') >= attempt or tonumber(run[1] or '0') > attempt then return 0 end
        local seq = announce(ARGV[4])
        redis.call('HSET', KEYS[2], 'ended', ARGV[2])
        redis.call('DEL', KEYS[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        redis.call('PEXPIRE', KEYS[2], ARGV[3])
        redis.call('PEXPIRE', KEYS[4], ARGV[3])
        return seq
        """;
}
