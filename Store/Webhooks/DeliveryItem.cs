using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Webhooks;

/// <summary>A delivery as a row, and back.</summary>
internal static class DeliveryItem
{
    public static Dictionary<string, AttributeValue> From(WebhookDelivery delivery) => Keys.Delivery(delivery.JobId, delivery.WebhookId, delivery.Attempt)
        .With(Attributes.JobId, delivery.JobId)
        .With(Attributes.WebhookId, delivery.WebhookId)
        .With(Attributes.Attempt, delivery.Attempt)
        .With(Attributes.Host, delivery.Host)
        .With(Attributes.State, delivery.State)
        .With(Attributes.Tries, delivery.Tries)
        .With(Attributes.LastStatus, delivery.LastStatus)
        .With(Attributes.Reason, delivery.Reason)
        .With(Attributes.CreatedAt, delivery.CreatedAt)
        .With(Attributes.LastTriedAt, delivery.LastTriedAt)
        .With(Attributes.DeliveredAt, delivery.DeliveredAt)
        .With(Attributes.NextTryAt, delivery.NextTryAt);

    public static WebhookDelivery To(Dictionary<string, AttributeValue> item) => new()
    {
        JobId = item.Id(Attributes.JobId),
        WebhookId = item.Id(Attributes.WebhookId),
        Attempt = (int)item.Number(Attributes.Attempt),
        Host = item.Text(Attributes.Host),
        State = item.Text(Attributes.State),
        Tries = (int)item.Number(Attributes.Tries),
        LastStatus = (int?)item.OptionalNumber(Attributes.LastStatus),
        Reason = item.OptionalText(Attributes.Reason),
        CreatedAt = item.Time(Attributes.CreatedAt),
        LastTriedAt = item.OptionalTime(Attributes.LastTriedAt),
        DeliveredAt = item.OptionalTime(Attributes.DeliveredAt),
        NextTryAt = item.OptionalTime(Attributes.NextTryAt),
    };
}
