using StackExchange.Redis;

namespace CloudIa.Sagas.Sweeping;

/// <summary>Puts a value aside that is no saga: the job can begin again, and an operator can look at it for a week.</summary>
internal sealed class CorruptSagas(IConnectionMultiplexer redis)
{
    private const string DeleteIfSame = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
    private static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>In braces, so that a cluster has it in the place of the saga's own key.</summary>
    public static RedisKey Aside(Guid jobId) => $"{SagasServices.KeyPrefix}-corrupt:{{{SagasServices.KeyPrefix}:{jobId}}}";

    public async Task SetAsideAsync(Guid jobId)
    {
        var database = redis.GetDatabase();
        RedisKey key = $"{SagasServices.KeyPrefix}:{jobId}";
        var aside = Aside(jobId);
        if (await database.KeyTypeAsync(key) is not (RedisType.String or RedisType.None))
        {
            await database.KeyRenameAsync(key, aside);
            await database.KeyExpireAsync(aside, Retention);
            return;
        }

        var value = await database.StringGetAsync(key);
        if (value.IsNull)
            return;

        await database.StringSetAsync(aside, value, Retention);
        await database.ScriptEvaluateAsync(DeleteIfSame, [key], [value]);
    }
}
