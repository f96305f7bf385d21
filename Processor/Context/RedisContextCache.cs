using System.Text.Json;
using CloudIa.EventLog;
using CloudIa.Store;
using StackExchange.Redis;

namespace CloudIa.Processor.Context;

/// <summary>One value a chat: <c>context:{chatId}</c>, JSON. No failure of it is a failure of the job's.</summary>
internal sealed partial class RedisContextCache(IConnectionMultiplexer redis, string keyPrefix, TimeSpan timeToLive, ILogger<RedisContextCache> logger) : IContextCache
{
    public async Task<IReadOnlyList<MessageRecord>> GetAsync(Guid chatId)
    {
        try
        {
            var value = await redis.GetDatabase().StringGetAsync(ContextKey.Of(keyPrefix, chatId));
            return value.IsNullOrEmpty ? [] : JsonSerializer.Deserialize<List<MessageRecord>>((byte[])value!) ?? [];
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or JsonException or ObjectDisposedException)
        {
            Log.NotRead(logger, chatId, exception.GetType().Name);
            return [];
        }
    }

    public async Task SetAsync(Guid chatId, IReadOnlyList<MessageRecord> messages)
    {
        try
        {
            await redis.GetDatabase().StringSetAsync(ContextKey.Of(keyPrefix, chatId), JsonSerializer.SerializeToUtf8Bytes(messages), timeToLive);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Log.NotWritten(logger, chatId, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3601, LogLevel.Warning, "Chat {ChatId}: its context was not read from Redis ({Exception}); it is read from DynamoDB.")]
        public static partial void NotRead(ILogger logger, Guid chatId, string exception);

        [LoggerMessage(3602, LogLevel.Warning, "Chat {ChatId}: its context was not kept in Redis ({Exception}); the next turn reads it from DynamoDB.")]
        public static partial void NotWritten(ILogger logger, Guid chatId, string exception);
    }
}
