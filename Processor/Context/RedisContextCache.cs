using System.Text.Encodings.Web;
using System.Text.Json;
using CloudIa.EventLog;
using CloudIa.Store;
using StackExchange.Redis;

namespace CloudIa.Processor.Context;

/// <summary>One value a chat: <c>context:{chatId}</c>, JSON of at most <see cref="MaxBytes"/>. No failure of it is a failure of the job's.</summary>
internal sealed partial class RedisContextCache(IConnectionMultiplexer redis, string keyPrefix, TimeSpan timeToLive, ILogger<RedisContextCache> logger) : IContextCache
{
    /// <summary>Larger ones are not kept: each turn would move them twice. With the defaults of <c>Llm</c> (<c>ContextTokens</c>) none is.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Letters as they are, not six bytes for each: nobody shows this to a browser. (The encoder still escapes what is beyond the basic plane: an emoji has twelve.)</summary>
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
            var value = JsonSerializer.SerializeToUtf8Bytes(messages, Format);
            if (value.Length > MaxBytes)
            {
                Log.TooLarge(logger, chatId, value.Length, MaxBytes);
                return;
            }

            await redis.GetDatabase().StringSetAsync(ContextKey.Of(keyPrefix, chatId), value, timeToLive);
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

        [LoggerMessage(3603, LogLevel.Debug, "Chat {ChatId}: its context is {Bytes} bytes, more than the {Most} that are kept in Redis; the next turn reads it from DynamoDB.")]
        public static partial void TooLarge(ILogger logger, Guid chatId, int bytes, int most);
    }
}
