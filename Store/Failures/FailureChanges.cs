using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Failures;

/// <summary>What becomes of a failure: one conditional write each, on the very row that was looked at.</summary>
internal sealed class FailureChanges(IAmazonDynamoDB client, string table)
{
    /// <summary>Longer than a send with all its tries takes.</summary>
    private static readonly TimeSpan ClaimLife = TimeSpan.FromMinutes(1);

    /// <summary>The same message's next failure has another time.</summary>
    private const string IsThis = $"{Attributes.OpenSince} = :at AND #{Attributes.Open} = :from";
    private const string IsFree = $"{IsThis} AND (attribute_not_exists({Attributes.ClaimedAt}) OR {Attributes.ClaimedAt} < :stale)";
    private const string IsMine = $"{IsThis} AND {Attributes.Claim} = :claim";
    private const string Unclaim = $"REMOVE {Attributes.Claim}, {Attributes.ClaimedAt}";
    private const string Move = $"SET #{Attributes.Open} = :to, {Attributes.ChangedAt} = :now {Unclaim}";

    public Task<bool> ClaimAsync(FailureRecord failure, string claim, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        failure, $"SET {Attributes.Claim} = :claim, {Attributes.ClaimedAt} = :now", IsFree,
        Values(failure, FailureState.Open).With(":claim", claim).With(":now", now).With(":stale", now - ClaimLife), cancellationToken);

    public Task<bool> CompleteAsync(FailureRecord failure, string claim, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        failure, Move, IsMine, Values(failure, FailureState.Open).With(":claim", claim).With(":now", now).With(":to", FailureItem.PartitionOf(FailureState.Retried)), cancellationToken);

    public Task<bool> ReleaseAsync(FailureRecord failure, string claim, CancellationToken cancellationToken) =>
        UpdateAsync(failure, Unclaim, IsMine, Values(failure, FailureState.Open).With(":claim", claim), cancellationToken);

    public Task<bool> DiscardAsync(FailureRecord failure, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        failure, Move, IsFree,
        Values(failure, FailureState.Open).With(":now", now).With(":stale", now - ClaimLife).With(":to", FailureItem.PartitionOf(FailureState.Discarded)), cancellationToken);

    public Task<bool> RestoreAsync(FailureRecord failure, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        failure, Move, IsThis, Values(failure, FailureState.Discarded).With(":now", now).With(":to", FailureItem.OpenPartition), cancellationToken);

    private static Dictionary<string, AttributeValue> Values(FailureRecord failure, FailureState from) =>
        new Dictionary<string, AttributeValue>().With(":at", failure.At).With(":from", FailureItem.PartitionOf(from));

    private async Task<bool> UpdateAsync(
        FailureRecord failure, string update, string condition, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken)
    {
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = table,
                    Key = Keys.Failure(failure),
                    UpdateExpression = update,
                    ConditionExpression = condition,
                    ExpressionAttributeNames = new Dictionary<string, string> { [$"#{Attributes.Open}"] = Attributes.Open },
                    ExpressionAttributeValues = values,
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }
}
