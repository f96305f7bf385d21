namespace CloudIa.Store;

/// <summary>What became of telling one webhook how one attempt ended.</summary>
public sealed record WebhookDelivery
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required Guid WebhookId { get; init; }

    /// <summary>Of the URL, for the job's owner to know it by; the rest of a URL may be a secret.</summary>
    public required string Host { get; init; }

    /// <summary>One of <see cref="WebhookDeliveryStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>How many were made and recorded.</summary>
    public int Tries { get; init; }

    /// <summary>The HTTP status of the last try; null where there was no answer.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why the last try failed, or why there will be none: <see cref="WebhookFailures"/>. Null where nothing failed.</summary>
    public string? Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastTriedAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Null where nothing is pending.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>No further try is made. One that ended by a fault of ours is not final: an operator can send its command again.</summary>
    public bool IsFinal => State == WebhookDeliveryStates.Delivered || (State == WebhookDeliveryStates.Undelivered && Reason != WebhookFailures.Internal);
}

public static class WebhookDeliveryStates
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";
    public const string Undelivered = "undelivered";
}

/// <summary>Why something was not delivered. Coarse on purpose: a user may name any address, and is not to learn from us what is there.</summary>
public static class WebhookFailures
{
    /// <summary>The receiver answered with something else than 2xx.</summary>
    public const string Status = "http_status";

    /// <summary>The receiver did not answer in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The host is not known, nobody listens, TLS could not be agreed upon, or the connection broke.</summary>
    public const string NoConnection = "no_connection";

    /// <summary>The host leads to an address that webhooks may not use.</summary>
    public const string AddressRefused = "address_refused";

    /// <summary>The webhook was deleted.</summary>
    public const string Deleted = "webhook_deleted";

    /// <summary>The answer is no longer kept.</summary>
    public const string ContentGone = "content_gone";

    /// <summary>A fault of ours, also after several tries. The operator sees it.</summary>
    public const string Internal = "internal_error";

    /// <summary>The webhook was disabled, and why: <c>disabled_gone</c>, <c>disabled_failing</c>, <c>disabled_by_user</c>.</summary>
    public static string Disabled(string reason) => $"disabled_{reason}";
}
