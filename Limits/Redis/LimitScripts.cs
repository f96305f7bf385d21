namespace CloudIa.Limits.Redis;

/// <summary>
/// One script for each operation. Keys, all of one user: requests (a list of moments, oldest first), places (a sorted set of attempts by when they took
/// theirs), holds (a hash: attempt → day, tokens reserved, holders, last run noted, tokens noted), tokens (a hash: day:used, day:reserved, and when places were looked at).
/// Moments are in ms, days in days since 1970 (UTC). The first argument is the time, or nothing for the server's.
/// </summary>
internal static class LimitScripts
{
    // Numbers are formatted: Lua's own conversion differs between servers (1 or 1.0), and turns large ones into 1e+12.
    private const string Begin = """
        local now = tonumber(ARGV[1])
        if not now then
            local time = redis.call('TIME')
            now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        end
        local function text(number) return string.format('%.0f', number) end
        local function count(field) return tonumber(redis.call('HGET', KEYS[4], field) or '0') end
        local function add(field, number) redis.call('HINCRBY', KEYS[4], field, text(number)) end
        local function hold(member)
            local value = redis.call('HGET', KEYS[3], member)
            if not value then return nil end
            local day, reserved, holders, run, noted = string.match(value, '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
            return { day = day, reserved = tonumber(reserved), holders = tonumber(holders), run = tonumber(run), noted = tonumber(noted) }
        end
        local function keep(member, held)
            redis.call('HSET', KEYS[3], member, held.day .. ' ' .. text(held.reserved) .. ' ' .. text(held.holders) .. ' ' .. text(held.run) .. ' ' .. text(held.noted))
        end
        local function free(member, held, used)
            redis.call('ZREM', KEYS[2], member)
            redis.call('HDEL', KEYS[3], member)
            if held.reserved > 0 then add(held.day .. ':reserved', -held.reserved) end
            if used > 0 then add(held.day .. ':used', used) end
        end

        """;

    /// <summary>
    /// time, requests a window, window in ms, jobs, tokens a day, attempt or nothing, its tokens, lease in ms, ms after which a place is doubtful, ms between two looks
    /// at doubtful ones, how many of them at once, anything where the request was counted before → {refused (1 by requests, 2 by jobs, 3 by tokens), requests left, ms until more, jobs left, tokens left, ms until midnight, doubtful …}.
    /// </summary>
    public const string Admit = Begin + """
        local most, window, jobs, tokens, member = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
        local refused, left, reset = 0, 0, 0
        if most > 0 then
            local last = tonumber(redis.call('LINDEX', KEYS[1], '-1') or '0')
            local moment = math.max(now, last)
            while true do
                local first = redis.call('LINDEX', KEYS[1], '0')
                if not first or tonumber(first) > moment - window then break end
                redis.call('LPOP', KEYS[1])
            end
            local made = redis.call('LLEN', KEYS[1])
            if ARGV[12] == '' and made >= most then
                refused = 1
            elseif ARGV[12] == '' then
                redis.call('RPUSH', KEYS[1], text(moment))
                redis.call('PEXPIRE', KEYS[1], ARGV[3])
                made = made + 1
            end
            left = math.max(most - made, 0)
            reset = tonumber(redis.call('LINDEX', KEYS[1], text(math.max(made - most, 0))) or text(now - window)) + window - now
        end
        if member == '' then return { refused, left, reset, 0, 0, 0 } end

        for _, lost in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text(now - tonumber(ARGV[8])))) do
            local held = hold(lost)
            if held then free(lost, held, held.noted) else redis.call('ZREM', KEYS[2], lost) end
        end
        local day = text(math.floor(now / 86400000))
        local midnight = (math.floor(now / 86400000) + 1) * 86400000 - now
        local need = tonumber(ARGV[7])
        if tokens > 0 then need = math.min(need, tokens) end
        local taken = redis.call('ZCARD', KEYS[2])
        local spent = count(day .. ':used') + count(day .. ':reserved')
        local held = hold(member)
        if refused == 0 then
            if held then
                held.holders = held.holders + 1
                keep(member, held)
            elseif jobs > 0 and taken >= jobs then
                refused = 2
            elseif tokens > 0 and spent + need > tokens then
                refused = 3
            else
                for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
                    local before = tonumber(string.match(field, '^(%d+):') or day)
                    if before < tonumber(day) - 1 then redis.call('HDEL', KEYS[4], field) end
                end
                redis.call('ZADD', KEYS[2], text(now), member)
                keep(member, { day = day, reserved = need, holders = 1, run = 0, noted = 0 })
                if need > 0 then add(day .. ':reserved', need) end
                redis.call('PEXPIRE', KEYS[2], ARGV[8])
                redis.call('PEXPIRE', KEYS[3], ARGV[8])
                redis.call('PEXPIRE', KEYS[4], '259200000')
                taken = taken + 1
                spent = spent + need
            end
        end

        local answer = { refused, left, reset, math.max(jobs - taken, 0), math.max(tokens - spent, 0), midnight }
        if refused > 1 and now - count('looked') >= tonumber(ARGV[10]) then
            redis.call('HSET', KEYS[4], 'looked', text(now))
            redis.call('PEXPIRE', KEYS[4], '259200000')
            for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text(now - tonumber(ARGV[9])), 'LIMIT', '0', ARGV[11])) do
                table.insert(answer, old)
            end
        end
        return answer
        """;

    /// <summary>time, attempt → how many hold its place now.</summary>
    public const string GiveBack = Begin + """
        local held = hold(ARGV[2])
        if not held then return 0 end
        held.holders = held.holders - 1
        if held.holders > 0 then keep(ARGV[2], held) else free(ARGV[2], held, held.noted) end
        return held.holders
        """;

    /// <summary>With the attempt's key as the fifth. time, attempt, tokens of its answer, lease in ms → 1, or 0 where it holds no place (any more).</summary>
    public const string End = Begin + """
        local held = hold(ARGV[2])
        if not held then return 0 end
        if held.run > 0 then redis.call('SET', KEYS[5], text(held.run), 'PX', ARGV[4]) end
        free(ARGV[2], held, held.noted + tonumber(ARGV[3]))
        return 1
        """;

    /// <summary>
    /// With the attempt's key as the fifth: the last run noted of an attempt that has ended. time, attempt, run, tokens, lease in ms → 1, or 0 where this run was
    /// noted before. Where the attempt has ended they count today.
    /// </summary>
    public const string Note = Begin + """
        local held = hold(ARGV[2])
        if not held then
            if tonumber(redis.call('GET', KEYS[5]) or '0') >= tonumber(ARGV[3]) then return 0 end
            redis.call('SET', KEYS[5], ARGV[3], 'PX', ARGV[5])
            add(text(math.floor(now / 86400000)) .. ':used', tonumber(ARGV[4]))
            redis.call('PEXPIRE', KEYS[4], '259200000')
            return 1
        end
        if held.run >= tonumber(ARGV[3]) then return 0 end
        held.run = tonumber(ARGV[3])
        held.noted = held.noted + tonumber(ARGV[4])
        keep(ARGV[2], held)
        return 1
        """;
}
