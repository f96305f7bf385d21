using System.Text.Json;
using StackExchange.Redis;

namespace CloudIa.Bench.Workers.Floor;

/// <summary>A job's state in Redis: read, then written if nobody else has meanwhile.</summary>
internal sealed class FloorSaga(IDatabase redis, string keyPrefix)
{
    private const string Replace = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;

    private static readonly TimeSpan Expiry = TimeSpan.FromHours(1);

    public async Task ApplyAsync(FloorMessage done)
    {
        RedisKey key = $"{keyPrefix}:{done.JobId}";
        byte[]? read = await redis.StringGetAsync(key);
        var state = read is null ? new State(done.JobId, 0, 0, "") : JsonSerializer.Deserialize<State>(read)!;
        var value = JsonSerializer.SerializeToUtf8Bytes(state with { Version = state.Version + 1, Step = done.Step, Text = done.Text });
        var written = read is null
            ? await redis.StringSetAsync(key, value, Expiry, When.NotExists)
            : (int)await redis.ScriptEvaluateAsync(Replace, [key], [read, value, (long)Expiry.TotalMilliseconds]) == 1;
        if (!written || state.Step != done.Step - 1)
            throw new InvalidOperationException($"Job {done.JobId} was at step {state.Step} when step {done.Step} ended, or changed meanwhile.");
    }

    private sealed record State(Guid Id, int Version, int Step, string Text);
}
