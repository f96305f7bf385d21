using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Failures;

internal sealed class FailureStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IFailureStore
{
    private readonly string _table = options.Value.TableName;

    public Task AddAsync(FailureRecord failure, CancellationToken cancellationToken) =>
        client.PutItemAsync(new PutItemRequest { TableName = _table, Item = FailureItem.From(failure) }, cancellationToken);

    public async Task<IReadOnlyList<FailureRecord>> ListOfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :job AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":job", Keys.JobPartition(jobId)).With(":prefix", Keys.FailurePrefix),
                ConsistentRead = true,
            },
            cancellationToken);
        return (answer.Items ?? []).ConvertAll(FailureItem.To);
    }

    public async Task<Page<FailureRecord>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                IndexName = Keys.OpenIndex,
                KeyConditionExpression = $"#{Attributes.Open} = :failures",
                ExpressionAttributeNames = new Dictionary<string, string> { [$"#{Attributes.Open}"] = Attributes.Open },
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":failures", FailureItem.OpenPartition),
                ExclusiveStartKey = IndexCursor.To(cursor),
                ScanIndexForward = false,
                Limit = limit,
            },
            cancellationToken);
        return new Page<FailureRecord>((answer.Items ?? []).ConvertAll(FailureItem.To), IndexCursor.From(answer.LastEvaluatedKey));
    }

    public async Task<bool> CloseAsync(FailureRecord failure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failure);
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Failure(failure),
                    UpdateExpression = $"REMOVE #{Attributes.Open}, {Attributes.OpenSince}",
                    ConditionExpression = $"{Attributes.OpenSince} = :at",
                    ExpressionAttributeNames = new Dictionary<string, string> { [$"#{Attributes.Open}"] = Attributes.Open },
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":at", failure.At),
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
