using System.Collections.Concurrent;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Webhooks;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Webhooks;

/// <summary>
/// The webhooks of users, kept in memory: a job of a user without any costs DynamoDB nothing. A change is seen by the user's mark in Redis; were that
/// lost, it is seen <see cref="WebhookOptions.CacheFor"/> later.
/// </summary>
internal sealed class UserWebhooks(IWebhookStore store, IWebhookMarks marks, TimeProvider time, IOptions<WebhookOptions> options)
{
    /// <summary>Users, of whom most have none; beyond this many all are forgotten and asked for anew.</summary>
    private const int MostKept = 50_000;

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<UserWebhook>> GetAsync(string userId, CancellationToken cancellationToken)
    {
        // Before the webhooks are read: a change in between makes them look out of date, never up to date.
        var mark = await marks.GetAsync(userId, cancellationToken);
        if (_kept.TryGetValue(userId, out var kept) && kept.Mark == mark && time.GetElapsedTime(kept.At) < options.Value.CacheFor)
            return kept.Webhooks;

        var at = time.GetTimestamp();
        var stored = await store.ListAsync(userId, cancellationToken);
        var webhooks = stored.Where(x => x.IsEnabled).Select(x => new UserWebhook(x.WebhookId, new Uri(x.Url).Host, x.ChatId, x.Events)).ToArray();
        if (_kept.Count >= MostKept)
            _kept.Clear();

        _kept[userId] = new(mark, at, webhooks);
        return webhooks;
    }

    private sealed record Kept(string? Mark, long At, UserWebhook[] Webhooks);
}

/// <summary>What has to be known of a webhook to know whether it is to be told. Its secret stays where it is.</summary>
internal sealed record UserWebhook(Guid WebhookId, string Host, Guid? ChatId, IReadOnlyList<string> Events)
{
    public bool Wants(Guid chatId, string type) => (ChatId is null || ChatId == chatId) && (Events.Count == 0 || Events.Contains(type));
}
