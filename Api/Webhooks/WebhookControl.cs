using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Webhooks;
using CloudIa.Webhooks.Sending;
using CloudIa.Webhooks.Signing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Api.Webhooks;

/// <summary>Changes webhooks, and has whoever keeps them in memory know it.</summary>
internal sealed partial class WebhookControl(IWebhookStore webhooks, IWebhookMarks marks, WebhookSender sender, TimeProvider time,
    IOptions<WebhookOptions> options, ILogger<WebhookControl> logger)
{
    /// <returns>Null: the user has as many as there can be.</returns>
    public async Task<WebhookRecord?> AddAsync(string userId, WebhookFields fields, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var webhook = new WebhookRecord
        {
            WebhookId = Guid.CreateVersion7(now),
            UserId = userId,
            Url = fields.Url!,
            ChatId = fields.ChatId,
            Events = fields.Events ?? [],
            Secret = WebhookSecrets.Create(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        return await ToldAsync(userId, await webhooks.TryAddAsync(webhook, cancellationToken));
    }

    /// <returns>Null: it is not there.</returns>
    public async Task<WebhookRecord?> ChangeAsync(string userId, Guid webhookId, WebhookFields fields, CancellationToken cancellationToken)
    {
        var change = new WebhookChange { Url = fields.Url, Events = fields.Events, Enabled = fields.Enabled };
        return await ToldAsync(userId, await webhooks.ChangeAsync(userId, webhookId, change, time.GetUtcNow(), cancellationToken));
    }

    /// <returns>Null: it is not there.</returns>
    public Task<WebhookRecord?> RotateAsync(string userId, Guid webhookId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return webhooks.RotateAsync(userId, webhookId, WebhookSecrets.Create(), now, now + options.Value.ReplacedSecretLifetime, cancellationToken);
    }

    /// <returns>False: it was not there.</returns>
    public async Task<bool> DeleteAsync(string userId, Guid webhookId, CancellationToken cancellationToken)
    {
        var deleted = await webhooks.DeleteAsync(userId, webhookId, cancellationToken);
        if (deleted)
            await TellAsync(userId);
        return deleted;
    }

    /// <summary>Sends an event of no job, once, whether the webhook is enabled or not. It changes nothing of the webhook.</summary>
    public async Task<WebhookTestResult> TestAsync(WebhookRecord webhook, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var messageId = $"msg_{Guid.CreateVersion7(now):N}";
        var answer = await sender.SendAsync(webhook, messageId, WebhookBody.OfTest(webhook.WebhookId, now), cancellationToken);
        return WebhookTestResult.From(webhook.WebhookId, answer);
    }

    private async Task<WebhookRecord?> ToldAsync(string userId, WebhookRecord? webhook)
    {
        if (webhook is not null)
            await TellAsync(userId);
        return webhook;
    }

    /// <summary>The change is stored: a caller who went away, or a Redis that is, takes nothing of it back.</summary>
    private async Task TellAsync(string userId)
    {
        try
        {
            await marks.ChangeAsync(userId, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException or TimeoutException)
        {
            Log.NotTold(logger, exception, options.Value.CacheFor);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A user's webhooks were changed, and Redis could not be told: Notifier may take up to {CacheFor} to know it.")]
        public static partial void NotTold(ILogger logger, Exception exception, TimeSpan cacheFor);
    }
}
