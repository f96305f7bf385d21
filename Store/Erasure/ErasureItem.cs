using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Erasure;

/// <summary>An erasure as a row, and back.</summary>
internal static class ErasureItem
{
    /// <summary>The partition of the index of open rows.</summary>
    public const string OpenPartition = "ERASURE";

    /// <summary>Of one that has just begun.</summary>
    public static Dictionary<string, AttributeValue> From(ErasureRecord erasure) => Keys.Erasure(erasure.UserId, erasure.ChatId)
        .With(Attributes.UserId, erasure.UserId)
        .With(Attributes.ChatId, erasure.ChatId?.ToString("N"))
        .With(Attributes.RequestedAt, erasure.RequestedAt)
        .With(Attributes.Open, OpenPartition)
        .With(Attributes.OpenSince, erasure.RequestedAt);

    public static ErasureRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        UserId = item.Text(Attributes.UserId),
        ChatId = item.OptionalId(Attributes.ChatId),
        RequestedAt = item.Time(Attributes.RequestedAt),
        ClearSince = item.OptionalTime(Attributes.ClearSince),
        CompletedAt = item.OptionalTime(Attributes.CompletedAt),
    };
}
