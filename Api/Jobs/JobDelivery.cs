using CloudIa.Sagas.ChatJob;
using CloudIa.Store;

namespace CloudIa.Api.Jobs;

/// <summary>Who was told how a job ended.</summary>
public sealed record JobDelivery
{
    /// <summary>Of the last attempt. Null: not told yet, or not known any more (a day after the end).</summary>
    public required ListenersTold? Listeners { get; init; }

    /// <summary>For each webhook and attempt; empty where none was to be told.</summary>
    public required IReadOnlyList<WebhookTold> Webhooks { get; init; }

    /// <param name="saga">Null where it is gone, or is not of the attempt that ended.</param>
    internal static JobDelivery Of(ChatJobSaga? saga, IReadOnlyList<WebhookDelivery> webhooks) => new()
    {
        Listeners = saga is { EndedAt: not null } ? ListenersTold.Of(saga) : null,
        Webhooks = WebhookTold.All(webhooks),
    };
}

/// <summary>The open connections (WebSocket, SignalR) of a job's user.</summary>
public sealed record ListenersTold
{
    /// <summary><c>told</c>, or <c>undelivered</c>: the last event could not be announced; the history has the answer.</summary>
    public required string State { get; init; }

    /// <summary>How many the user had at that moment; null: not known.</summary>
    public required int? Connections { get; init; }

    /// <summary>How many of them were of the job's session; null: not known.</summary>
    public required int? SessionConnections { get; init; }

    /// <summary>Null where nobody was.</summary>
    public required DateTimeOffset? ToldAt { get; init; }

    internal static ListenersTold Of(ChatJobSaga saga) => new()
    {
        State = saga.Undelivered ? "undelivered" : "told",
        Connections = saga.ToldConnections,
        SessionConnections = saga.ToldSessionConnections,
        ToldAt = saga.Undelivered ? null : saga.EndedAt,
    };
}

/// <summary>One webhook, and one attempt's end.</summary>
public sealed record WebhookTold
{
    public required Guid WebhookId { get; init; }

    /// <summary>Of its URL.</summary>
    public required string Host { get; init; }

    /// <summary>The attempt whose end it is told.</summary>
    public required int Attempt { get; init; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>undelivered</c>.</summary>
    public required string State { get; init; }

    public required int Tries { get; init; }

    /// <summary>The receiver's HTTP status; null where it did not answer, or was not asked.</summary>
    public required int? LastStatus { get; init; }

    public required DateTimeOffset? LastTriedAt { get; init; }

    public required DateTimeOffset? DeliveredAt { get; init; }

    public required DateTimeOffset? NextTryAt { get; init; }

    /// <summary>
    /// Null where nothing failed; else <c>http_status</c>, <c>timeout</c>, <c>no_connection</c>, <c>address_refused</c>, <c>webhook_deleted</c>,
    /// <c>disabled_by_user</c>, <c>disabled_gone</c>, <c>disabled_failing</c>, <c>content_gone</c> or <c>internal_error</c>.
    /// </summary>
    public required string? Reason { get; init; }

    /// <summary>In the order of attempts.</summary>
    internal static IReadOnlyList<WebhookTold> All(IReadOnlyList<WebhookDelivery> deliveries) => [.. deliveries.OrderBy(x => x.Attempt).ThenBy(x => x.CreatedAt).Select(Of)];

    private static WebhookTold Of(WebhookDelivery delivery) => new()
    {
        WebhookId = delivery.WebhookId,
        Host = delivery.Host,
        Attempt = delivery.Attempt,
        State = delivery.State,
        Tries = delivery.Tries,
        LastStatus = delivery.LastStatus,
        LastTriedAt = delivery.LastTriedAt,
        DeliveredAt = delivery.DeliveredAt,
        NextTryAt = delivery.NextTryAt,
        Reason = delivery.Reason,
    };
}
