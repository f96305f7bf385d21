using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Failures;

/// <summary>A failure as a row, and back.</summary>
internal static class FailureItem
{
    /// <summary>The partition of the index of open rows.</summary>
    public const string OpenPartition = "FAILURE";

    public static string PartitionOf(FailureState state) => state == FailureState.Open ? OpenPartition : $"{OpenPartition}-{state.ToString().ToUpperInvariant()}";

    public static Dictionary<string, AttributeValue> From(FailureRecord failure) => Keys.Failure(failure)
        .With(Attributes.Queue, failure.Queue)
        .With(Attributes.Kind, failure.Kind)
        .With(Attributes.MessageId, failure.MessageId)
        .With(Attributes.At, failure.At)
        .With(Attributes.JobId, failure.JobId?.ToString("N"))
        .With(Attributes.Attempt, failure.Attempt)
        .With(Attributes.MessageType, failure.MessageType)
        .With(Attributes.Reason, failure.Reason)
        .With(Attributes.ContentType, failure.ContentType)
        .With(Attributes.ExceptionType, failure.ExceptionType)
        .With(Attributes.Place, failure.Place)
        .With(Attributes.ChangedAt, failure.ChangedAt)
        .With(Attributes.Body, failure.Body)
        .With(Attributes.Open, PartitionOf(failure.State))
        .With(Attributes.OpenSince, failure.At);

    public static FailureRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        Queue = item.Text(Attributes.Queue),
        Kind = item.Text(Attributes.Kind),
        MessageId = item.Text(Attributes.MessageId),
        At = item.Time(Attributes.At),
        JobId = item.OptionalId(Attributes.JobId),
        Attempt = (int?)item.OptionalNumber(Attributes.Attempt),
        MessageType = item.OptionalText(Attributes.MessageType),
        Reason = item.OptionalText(Attributes.Reason),
        ContentType = item.OptionalText(Attributes.ContentType),
        ExceptionType = item.OptionalText(Attributes.ExceptionType),
        Place = item.OptionalText(Attributes.Place),
        ChangedAt = item.OptionalTime(Attributes.ChangedAt),
        Body = item.OptionalText(Attributes.Body) ?? "",
        State = StateOf(item.OptionalText(Attributes.Open)),
    };

    // A version before took what it sent again out of the index, and did nothing else with any.
    private static FailureState StateOf(string? partition) => partition is null
        ? FailureState.Retried
        : Enum.GetValues<FailureState>().FirstOrDefault(x => PartitionOf(x) == partition);
}
