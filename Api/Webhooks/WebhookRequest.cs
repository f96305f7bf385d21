using System.ComponentModel;

namespace CloudIa.Api.Webhooks;

/// <summary>The body of <c>POST /webhooks</c>.</summary>
public sealed record NewWebhook
{
    [Description("Where to send events: an absolute https URL of the public internet, at most 2048 characters.")]
    public required string Url { get; init; }

    [Description("A chat of the caller: only its events are sent. Left out or null: those of all chats.")]
    public Guid? ChatId { get; init; }

    [Description("Which events: message.completed, job.failed, job.cancelled, job.expired. Left out or null: all.")]
    public IReadOnlyList<string>? Events { get; init; }
}

/// <summary>The body of <c>PATCH /webhooks/{webhookId}</c>: what is left out stays as it is.</summary>
public sealed record WebhookPatch
{
    [Description("Where to send events from now on; those that wait for their next try go there, too.")]
    public string? Url { get; init; }

    [Description("Which events; null: all.")]
    public IReadOnlyList<string>? Events { get; init; }

    [Description("false: nothing is sent. true: events are sent again, whatever it was disabled for; what was missed is not sent later.")]
    public bool? Enabled { get; init; }
}
