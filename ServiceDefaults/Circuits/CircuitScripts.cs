namespace CloudIa.ServiceDefaults.Circuits;

/// <summary>
/// One script for each operation. Keys: circuits (hash: provider → state), the provider's probe. Arguments begin with provider, channel, time in Unix milliseconds.
/// </summary>
internal static class CircuitScripts
{
    /// <summary>… and until when, in Unix milliseconds → 1, or 0 where it is isolated or open for longer.</summary>
    public const string Open = """
        local before = redis.call('HGET', KEYS[1], ARGV[1])
        if before and string.sub(before, 1, 8) == 'isolated' then return 0 end
        if before then
            local till = string.match(before, '^open (%d+)')
            if till and tonumber(till) >= tonumber(ARGV[4]) then return 0 end
        end
        local value = 'open ' .. ARGV[4] .. ' ' .. ARGV[3]
        redis.call('HSET', KEYS[1], ARGV[1], value)
        redis.call('DEL', KEYS[2])
        redis.call('PUBLISH', ARGV[2], value .. ' ' .. ARGV[1])
        return 1
        """;

    /// <summary>→ 1, or 0 where it is isolated or closed already.</summary>
    public const string Recovered = """
        local before = redis.call('HGET', KEYS[1], ARGV[1])
        if not before or string.sub(before, 1, 8) == 'isolated' then return 0 end
        redis.call('HDEL', KEYS[1], ARGV[1])
        redis.call('DEL', KEYS[2])
        redis.call('PUBLISH', ARGV[2], 'closed 0 ' .. ARGV[3] .. ' ' .. ARGV[1])
        return 1
        """;

    public const string Close = """
        redis.call('HDEL', KEYS[1], ARGV[1])
        redis.call('DEL', KEYS[2])
        redis.call('PUBLISH', ARGV[2], 'closed 0 ' .. ARGV[3] .. ' ' .. ARGV[1])
        return 1
        """;

    /// <summary>→ 1, or 0 where it is isolated already, and stays so since when it was.</summary>
    public const string Isolate = """
        local before = redis.call('HGET', KEYS[1], ARGV[1])
        if before and string.sub(before, 1, 8) == 'isolated' then return 0 end
        local value = 'isolated 0 ' .. ARGV[3]
        redis.call('HSET', KEYS[1], ARGV[1], value)
        redis.call('PUBLISH', ARGV[2], value .. ' ' .. ARGV[1])
        return 1
        """;
}
