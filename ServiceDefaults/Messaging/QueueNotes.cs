using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Messaging;

/// <summary>What processes note about queues in Redis: a hint for operators; nothing depends on it.</summary>
public static class QueueNotes
{
    /// <summary>When the message that was received last had been sent.</summary>
    public const string Received = "received";

    /// <summary>When the queue was seen without a message.</summary>
    public const string Empty = "empty";

    private const string Key = "queue-notes";

    /// <summary>Best effort: it waits for nothing, and what fails is left out.</summary>
    public static void Note(IConnectionMultiplexer redis, string queue, string what, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(redis);
        try
        {
            redis.GetDatabase().HashSet(Key, NameOf(queue, what), at.ToUnixTimeMilliseconds(), flags: CommandFlags.FireAndForget);
        }
        catch (RedisException)
        {
            // The next note may go.
        }
    }

    public static async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(IConnectionMultiplexer redis)
    {
        ArgumentNullException.ThrowIfNull(redis);
        var all = await redis.GetDatabase().HashGetAllAsync(Key);
        return all.ToDictionary(x => x.Name.ToString(), x => DateTimeOffset.FromUnixTimeMilliseconds((long)x.Value));
    }

    /// <summary>The name of a note in what <see cref="ReadAsync"/> gives.</summary>
    public static string NameOf(string queue, string what) => $"{queue}:{what}";
}
