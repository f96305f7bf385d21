using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>A key for each user whose webhooks were changed of late.</summary>
internal sealed class RedisWebhookMarks(IConnectionMultiplexer redis, IOptions<EventLogOptions> options, TimeProvider time) : IWebhookMarks
{
    /// <summary>Longer than anybody keeps webhooks in memory (<c>Webhooks:CacheFor</c>).</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly EventLogKeys _keys = new(options.Value.KeyPrefix);

    public async Task<string?> GetAsync(string userId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await redis.GetDatabase().StringGetAsync(_keys.WebhookMark(userId), CommandFlags.DemandMaster).WaitAsync(cancellationToken);
    }

    public async Task ChangeAsync(string userId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mark = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await redis.GetDatabase().StringSetAsync(_keys.WebhookMark(userId), mark, Lifetime).WaitAsync(cancellationToken);
    }
}
