namespace CloudIa.Store;

/// <summary>The webhooks of users. Every write is one item's, under a condition.</summary>
public interface IWebhookStore
{
    /// <summary>A user's webhooks, the oldest first; strongly consistent.</summary>
    Task<IReadOnlyList<WebhookRecord>> ListAsync(string userId, CancellationToken cancellationToken);

    /// <returns>Null where it is not there, or not this user's.</returns>
    Task<WebhookRecord?> GetAsync(string userId, Guid webhookId, CancellationToken cancellationToken);

    /// <summary>Adds a webhook in one of the user's places.</summary>
    /// <returns>As it was stored: the place becomes part of its id. Null: all <see cref="WebhookRecord.MostOfUser"/> are taken.</returns>
    Task<WebhookRecord?> TryAddAsync(WebhookRecord webhook, CancellationToken cancellationToken);

    /// <summary>Changes what is named. To enable it forgets why it was disabled, and that it was failing.</summary>
    /// <returns>As it is now; null where it is not there.</returns>
    Task<WebhookRecord?> ChangeAsync(string userId, Guid webhookId, WebhookChange change, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives it another secret; the ones before sign until <paramref name="oldUntil"/>, or as long as was said of them.</summary>
    /// <returns>As it is now; null where it is not there.</returns>
    Task<WebhookRecord?> RotateAsync(
        string userId, Guid webhookId, WebhookSecret secret, DateTimeOffset now, DateTimeOffset oldUntil, CancellationToken cancellationToken);

    /// <returns>False: it was not there.</returns>
    Task<bool> DeleteAsync(string userId, Guid webhookId, CancellationToken cancellationToken);

    /// <summary>Disables it, unless it is already, or is gone.</summary>
    Task DisableAsync(string userId, Guid webhookId, string reason, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps since when all tries fail (the first time counts), or that they do not any more.</summary>
    Task SetFailingAsync(string userId, Guid webhookId, DateTimeOffset? since, CancellationToken cancellationToken);
}
