using StackExchange.Redis;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Puts a value aside that is no saga: the job can begin again, and an operator can look at it for a week.</summary>
internal sealed class CorruptSagas(IConnectionMultiplexer redis)
{
    private const string DeleteIfSame = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
    private static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    public async Task SetAsideAsync(Guid jobId)
    {
        var database = redis.GetDatabase();
        RedisKey key = $"{SagasServices.KeyPrefix}:{jobId}";
        var value = await database.StringGetAsync(key);
        if (value.IsNull)
            return;

        await database.StringSetAsync($"{SagasServices.KeyPrefix}-corrupt:{jobId}", value, Retention);
        await database.ScriptEvaluateAsync(DeleteIfSame, [key], [value]);
    }
}
