using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

internal sealed class RedisEventErasure(IConnectionMultiplexer redis, IOptions<EventLogOptions> options) : IEventErasure
{
    private readonly string _prefix = options.Value.KeyPrefix;

    public Task EraseJobAsync(Guid jobId, CancellationToken cancellationToken) =>
        redis.GetDatabase().KeyDeleteAsync(new EventLogKeys(_prefix).OfJob(jobId)).WaitAsync(cancellationToken);

    public Task EraseChatAsync(Guid chatId, CancellationToken cancellationToken) =>
        redis.GetDatabase().KeyDeleteAsync(ContextKey.Of(_prefix, chatId)).WaitAsync(cancellationToken);
}
