using System.Collections.Concurrent;
using CloudIa.EventLog;
using CloudIa.Store;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>Webhooks, their deliveries and their users' marks in memory, with the conditions of the real ones.</summary>
internal sealed class FakeWebhooks : IWebhookStore, IDeliveryStore, IWebhookMarks
{
    private readonly ConcurrentDictionary<Guid, WebhookRecord> _webhooks = new();
    private readonly ConcurrentDictionary<(Guid Job, Guid Webhook, int Attempt), WebhookDelivery> _deliveries = new();
    private readonly ConcurrentDictionary<string, string> _marks = new();
    private int _lists;

    /// <summary>How often a user's webhooks were asked for.</summary>
    public int Lists => _lists;

    /// <summary>Called before a delivery is replaced: throws, or changes it first.</summary>
    public Action<WebhookDelivery> BeforeReplace { get; set; } = _ => { };

    /// <summary>Called after one was: throws.</summary>
    public Action<WebhookDelivery> AfterReplace { get; set; } = _ => { };

    public IReadOnlyCollection<WebhookDelivery> Deliveries => [.. _deliveries.Values];

    public WebhookRecord this[Guid webhookId] => _webhooks[webhookId];

    public void Put(WebhookRecord webhook) => _webhooks[webhook.WebhookId] = webhook;

    public void Put(WebhookDelivery delivery) => _deliveries[Key(delivery)] = delivery;

    public Task<IReadOnlyList<WebhookRecord>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        return Task.FromResult<IReadOnlyList<WebhookRecord>>([.. _webhooks.Values.Where(x => x.UserId == userId)]);
    }

    public Task<WebhookRecord?> GetAsync(string userId, Guid webhookId, CancellationToken cancellationToken) =>
        Task.FromResult(_webhooks.TryGetValue(webhookId, out var webhook) && webhook.UserId == userId ? webhook : null);

    public Task<bool> DeleteAsync(string userId, Guid webhookId, CancellationToken cancellationToken) => Task.FromResult(_webhooks.TryRemove(webhookId, out _));

    public Task DisableAsync(string userId, Guid webhookId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        Update(userId, webhookId, x => x.IsEnabled ? x with { DisabledReason = reason, DisabledAt = now } : x);

    public Task SetFailingAsync(string userId, Guid webhookId, DateTimeOffset? since, CancellationToken cancellationToken) =>
        Update(userId, webhookId, x => x with { FailingSince = since is null ? null : x.FailingSince ?? since });

    public Task<WebhookRecord?> TryAddAsync(WebhookRecord webhook, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WebhookRecord?> ChangeAsync(string userId, Guid webhookId, WebhookChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<WebhookRecord?> RotateAsync(
        string userId, Guid webhookId, WebhookSecret secret, DateTimeOffset now, DateTimeOffset oldUntil, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task AddAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        _deliveries.TryAdd(Key(delivery), delivery);
        return Task.CompletedTask;
    }

    public Task<WebhookDelivery?> GetAsync(Guid jobId, Guid webhookId, int attempt, CancellationToken cancellationToken) =>
        Task.FromResult(_deliveries.GetValueOrDefault((jobId, webhookId, attempt)));

    public Task<bool> TryReplaceAsync(WebhookDelivery? before, WebhookDelivery after, CancellationToken cancellationToken)
    {
        BeforeReplace(after);
        var replaced = before is null
            ? _deliveries.TryAdd(Key(after), after)
            : _deliveries.TryGetValue(Key(after), out var now) && now.Tries == before.Tries && now.State == before.State && _deliveries.TryUpdate(Key(after), after, now);
        AfterReplace(after);
        return Task.FromResult(replaced);
    }

    public Task<JobDeliveries?> ReadJobAsync(Guid jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string?> GetAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(_marks.GetValueOrDefault(userId));

    public Task ChangeAsync(string userId, CancellationToken cancellationToken)
    {
        _marks.AddOrUpdate(userId, "1", (_, mark) => mark + "1");
        return Task.CompletedTask;
    }

    private Task Update(string userId, Guid webhookId, Func<WebhookRecord, WebhookRecord> change)
    {
        if (_webhooks.TryGetValue(webhookId, out var webhook) && webhook.UserId == userId)
            _webhooks[webhookId] = change(webhook);
        return Task.CompletedTask;
    }

    private static (Guid Job, Guid Webhook, int Attempt) Key(WebhookDelivery delivery) => (delivery.JobId, delivery.WebhookId, delivery.Attempt);
}
