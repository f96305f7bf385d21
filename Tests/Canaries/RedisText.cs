using CloudIa.Sagas;
using StackExchange.Redis;

namespace CloudIa.Tests.Canaries;

internal static class RedisText
{
    /// <summary>All that a key holds, whatever its type. A type that is not known here fails the test: it would not be searched.</summary>
    public static async Task<IEnumerable<string>> OfAsync(IDatabase redis, RedisKey key) => await redis.KeyTypeAsync(key) switch
    {
        RedisType.None => [],
        RedisType.String => [$"{await redis.StringGetAsync(key)}"],
        RedisType.List => (await redis.ListRangeAsync(key)).Select(x => $"{x}"),
        RedisType.Set => (await redis.SetMembersAsync(key)).Select(x => $"{x}"),
        RedisType.SortedSet => (await redis.SortedSetRangeByRankAsync(key)).Select(x => $"{x}"),
        RedisType.Hash => (await redis.HashGetAllAsync(key)).Select(x => $"{x.Name}={x.Value}"),
        var other => throw new InvalidOperationException($"Redis holds a {other}, which nobody searches: read it here."),
    };

    public static OutputKind KindOf(string key) =>
        key.StartsWith(SagasServices.KeyPrefix, StringComparison.Ordinal) ? OutputKind.Saga
        : key.Contains("context:", StringComparison.Ordinal) || (key.Contains("job:{", StringComparison.Ordinal) && (key.EndsWith(":events", StringComparison.Ordinal) || key.EndsWith(":answer", StringComparison.Ordinal))) ? OutputKind.RedisWords
        : OutputKind.RedisValue;
}
