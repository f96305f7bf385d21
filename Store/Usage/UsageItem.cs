using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Usage;

/// <summary>What was used as a row, and back.</summary>
internal static class UsageItem
{
    private const string Broken = "broken";

    public static Dictionary<string, AttributeValue> From(UsageRecord usage) => Keys.Usage(usage)
        .With(Attributes.UserId, usage.UserId)
        .With(Attributes.JobId, usage.JobId)
        .With(Attributes.ChatId, usage.ChatId)
        .With(Attributes.Attempt, usage.Attempt)
        .With(Attributes.At, usage.At)
        .With(Attributes.Model, usage.Model)
        .With(usage.Usage)
        .With(usage.Cost)
        .With(Attributes.Kind, usage.IsBroken ? Broken : null)
        .With(Attributes.Open, UsageShards.Of(usage))
        .With(Attributes.OpenSince, usage.At);

    public static UsageRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        UserId = item.Text(Attributes.UserId),
        JobId = item.Id(Attributes.JobId),
        ChatId = item.Id(Attributes.ChatId),
        Attempt = checked((int)item.Number(Attributes.Attempt)),
        At = item.Time(Attributes.At),
        Model = item.Text(Attributes.Model),
        Usage = item.Usage() ?? new TokenUsage(),
        Cost = item.Cost(),
        IsBroken = item.OptionalText(Attributes.Kind) == Broken,
    };
}
