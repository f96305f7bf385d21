using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Audit;

/// <summary>What an operator did as a row, and back.</summary>
internal static class AuditItem
{
    public static Dictionary<string, AttributeValue> From(AuditRecord entry) => Keys.Audit(entry)
        .With(Attributes.AuditId, entry.Id)
        .With(Attributes.At, entry.At)
        .With(Attributes.UserId, entry.UserId)
        .With(Attributes.Action, entry.Action)
        .With(Attributes.Target, entry.Target)
        .With(Attributes.Outcome, entry.Outcome.ToString())
        .With(Attributes.TimeToLive, (entry.At + AuditRecord.Kept).ToUnixTimeSeconds());

    public static AuditRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        Id = item.Id(Attributes.AuditId),
        At = item.Time(Attributes.At),
        UserId = item.Text(Attributes.UserId),
        Action = item.Text(Attributes.Action),
        Target = item.Text(Attributes.Target),
        Outcome = Enum.Parse<AuditOutcome>(item.Text(Attributes.Outcome)),
    };
}
