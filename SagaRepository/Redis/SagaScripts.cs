namespace CloudIa.SagaRepository.Redis;

/// <summary>
/// The writes. What the saga was when it was read is told by the SHA-1 of its value: the version is in it, and it also tells a saga from
/// another one that was created under the same id after the first was gone. Creating needs no script: it is SET NX.
/// </summary>
internal static class SagaScripts
{
    public const int Done = 1;
    public const int Changed = 0;
    public const int Gone = -1;

    /// <summary>For a time to live: the key keeps the one it has.</summary>
    public const long Keep = 0;

    /// <summary>For a time to live: the key gets none.</summary>
    public const long Never = -1;

    private const string OnlyAsRead = """
        local value = redis.call('GET', KEYS[1])
        if not value then return -1 end
        if redis.sha1hex(value) ~= ARGV[1] then return 0 end

        """;

    /// <summary>
    /// SHA-1 of what was read, new value, time to live in ms or <see cref="Keep"/> or <see cref="Never"/> →
    /// <see cref="Done"/>, <see cref="Changed"/> or <see cref="Gone"/>.
    /// </summary>
    public const string Replace = OnlyAsRead + """
        if ARGV[3] == '0' then
            redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
        elseif ARGV[3] == '-1' then
            redis.call('SET', KEYS[1], ARGV[2])
        else
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        end
        return 1
        """;

    /// <summary>SHA-1 of what was read → <see cref="Done"/>, <see cref="Changed"/> or <see cref="Gone"/>.</summary>
    public const string Delete = OnlyAsRead + """
        redis.call('DEL', KEYS[1])
        return 1
        """;
}
