using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Operations;

/// <summary>An operation as a row, and back.</summary>
internal static class OperationItem
{
    /// <summary>The partition of the index of open rows.</summary>
    public const string OpenPartition = "OPERATION";

    public static Dictionary<string, AttributeValue> From(OperationRecord operation) => Keys.Operation(operation.Id)
        .With(Attributes.OperationId, operation.Id)
        .With(Attributes.Kind, operation.Kind)
        .With(Attributes.Filter, JsonSerializer.Serialize(operation.Filter, JsonSerializerOptions.Web))
        .With(Attributes.RatePerSecond, operation.RatePerSecond)
        .With(Attributes.UserId, operation.UserId)
        .With(Attributes.CreatedAt, operation.CreatedAt)
        .With(Attributes.State, operation.State.ToString())
        .With(Attributes.Open, OpenPartition)
        .With(Attributes.OpenSince, operation.CreatedAt);

    public static Dictionary<string, AttributeValue> From(OperationProgress progress) => new Dictionary<string, AttributeValue>()
        .With(":found", progress.Found)
        .With(":done", progress.Done)
        .With(":skipped", progress.Skipped)
        .With(":failed", progress.Failed)
        .With(":failures", JsonSerializer.Serialize(progress.LastFailures, JsonSerializerOptions.Web));

    public static OperationRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        Id = item.Id(Attributes.OperationId),
        Kind = item.Text(Attributes.Kind),
        Filter = JsonSerializer.Deserialize<OperationFilter>(item.Text(Attributes.Filter), JsonSerializerOptions.Web)!,
        RatePerSecond = checked((int)item.Number(Attributes.RatePerSecond)),
        UserId = item.Text(Attributes.UserId),
        CreatedAt = item.Time(Attributes.CreatedAt),
        State = StateOf(item),
        EndedAt = item.OptionalTime(Attributes.EndedAt),
        Progress = new()
        {
            Found = Count(item, Attributes.Found),
            Done = Count(item, Attributes.Done),
            Skipped = Count(item, Attributes.Skipped),
            Failed = Count(item, Attributes.Failed),
            LastFailures = item.OptionalText(Attributes.LastFailures) is { } failures
                ? JsonSerializer.Deserialize<List<OperationFailure>>(failures, JsonSerializerOptions.Web)!
                : [],
        },
    };

    public static OperationState StateOf(Dictionary<string, AttributeValue> item) => Enum.Parse<OperationState>(item.Text(Attributes.State));

    private static int Count(Dictionary<string, AttributeValue> item, string name) => checked((int)(item.OptionalNumber(name) ?? 0));
}
