using CloudIa.Webhooks.Sending;

namespace CloudIa.Api.Webhooks;

/// <summary>What came of a test event.</summary>
public sealed record WebhookTestResult
{
    public required Guid WebhookId { get; init; }

    /// <summary>True: the receiver answered with 2xx.</summary>
    public required bool Delivered { get; init; }

    /// <summary>The receiver's HTTP status; null where it did not answer.</summary>
    public required int? HttpStatus { get; init; }

    /// <summary>Null where it was delivered; else <c>http_status</c>, <c>timeout</c>, <c>no_connection</c> or <c>address_refused</c>.</summary>
    public required string? Reason { get; init; }

    internal static WebhookTestResult From(Guid webhookId, WebhookAnswer answer) =>
        new() { WebhookId = webhookId, Delivered = answer.IsDelivered, HttpStatus = answer.Status, Reason = answer.Failure };
}
