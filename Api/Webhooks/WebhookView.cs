using System.Text.Json.Serialization;
using CloudIa.Store;
using CloudIa.Webhooks;

namespace CloudIa.Api.Webhooks;

/// <summary>A webhook as its owner sees it.</summary>
public sealed record WebhookView
{
    public required Guid WebhookId { get; init; }

    public required string Url { get; init; }

    /// <summary>It is told of this chat alone; null: of all.</summary>
    public required Guid? ChatId { get; init; }

    /// <summary>What it is told: <c>message.completed</c>, <c>job.failed</c>, <c>job.cancelled</c>, <c>job.expired</c>.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary><c>enabled</c> or <c>disabled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Null while it is enabled; else <c>by_user</c>, <c>gone</c> (its receiver answered 410) or <c>failing</c> (nothing could be delivered for days).</summary>
    public required string? DisabledReason { get; init; }

    public required DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Since when every try has failed; null where the last one did not.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What its requests are signed with. Only in the answers to its creation and its rotation; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    internal static WebhookView From(WebhookRecord webhook) => new()
    {
        WebhookId = webhook.WebhookId,
        Url = webhook.Url,
        ChatId = webhook.ChatId,
        Events = webhook.Events.Count > 0 ? webhook.Events : WebhookEvents.All,
        Status = webhook.IsEnabled ? "enabled" : "disabled",
        DisabledReason = webhook.DisabledReason,
        DisabledAt = webhook.DisabledAt,
        FailingSince = webhook.FailingSince,
        CreatedAt = webhook.CreatedAt,
    };

    internal static WebhookView WithSecret(WebhookRecord webhook) => From(webhook) with { Secret = webhook.Secret.Value };

    /// <summary>The compiler's own would print the secret.</summary>
    public override string ToString() => $"{nameof(WebhookView)} {WebhookId}";
}
