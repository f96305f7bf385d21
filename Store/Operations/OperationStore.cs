using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Chats;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Operations;

/// <summary>One partition, as the audit log's: operators begin few.</summary>
internal sealed class OperationStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IOperationStore
{
    private const string Exists = $"attribute_exists({Attributes.PartitionKey})";
    private readonly string _table = options.Value.TableName;

    public Task AddAsync(OperationRecord operation, CancellationToken cancellationToken) => client.PutItemAsync(
        new PutItemRequest { TableName = _table, Item = OperationItem.From(operation), ConditionExpression = $"attribute_not_exists({Attributes.PartitionKey})" }, cancellationToken);

    public async Task<OperationRecord?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(new GetItemRequest { TableName = _table, Key = Keys.Operation(id), ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } item ? OperationItem.To(item) : null;
    }

    public async Task<Page<OperationRecord>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :operations",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":operations", Keys.OperationPartition),
                ExclusiveStartKey = Cursor.To(cursor, Keys.OperationPartition, Keys.OperationPrefix),
                ScanIndexForward = false,
                ConsistentRead = true,
                Limit = limit,
            },
            cancellationToken);
        return new((answer.Items ?? []).ConvertAll(OperationItem.To), Cursor.From(answer.LastEvaluatedKey));
    }

    public async IAsyncEnumerable<OperationRecord> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = client.QueryAllAsync(
            new QueryRequest
            {
                TableName = _table,
                IndexName = Keys.OpenIndex,
                KeyConditionExpression = "#open = :operations",
                ExpressionAttributeNames = new Dictionary<string, string> { ["#open"] = Attributes.Open },
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":operations", OperationItem.OpenPartition),
            },
            cancellationToken);
        await foreach (var item in open)
            yield return OperationItem.To(item);
    }

    public async Task<bool> NoteAsync(Guid id, OperationProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        try
        {
            var answer = await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Operation(id),
                    UpdateExpression = "SET #found = :found, #done = :done, #skipped = :skipped, #failed = :failed, #failures = :failures",
                    ConditionExpression = Exists,
                    ExpressionAttributeNames = new Dictionary<string, string>
                    {
                        ["#found"] = Attributes.Found,
                        ["#done"] = Attributes.Done,
                        ["#skipped"] = Attributes.Skipped,
                        ["#failed"] = Attributes.Failed,
                        ["#failures"] = Attributes.LastFailures,
                    },
                    ExpressionAttributeValues = OperationItem.From(progress),
                    ReturnValues = ReturnValue.ALL_NEW,
                },
                cancellationToken);
            return OperationItem.StateOf(answer.Attributes) == OperationState.Running;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<bool> EndAsync(Guid id, OperationState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Operation(id),
                    UpdateExpression = $"SET #state = :state, {Attributes.EndedAt} = :now, #ttl = :ttl REMOVE #open, {Attributes.OpenSince}",
                    ConditionExpression = "#state = :running",
                    ExpressionAttributeNames = new Dictionary<string, string> { ["#state"] = Attributes.State, ["#ttl"] = Attributes.TimeToLive, ["#open"] = Attributes.Open },
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                        .With(":state", state.ToString())
                        .With(":running", nameof(OperationState.Running))
                        .With(":now", now)
                        .With(":ttl", (now + OperationRecord.Kept).ToUnixTimeSeconds()),
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
