using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Chats;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Audit;

/// <summary>One partition: operators do little, and whoever looks wants all of it in order.</summary>
internal sealed class AuditStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IAuditStore
{
    private readonly string _table = options.Value.TableName;

    public Task AddAsync(AuditRecord entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return client.PutItemAsync(new PutItemRequest { TableName = _table, Item = AuditItem.From(entry) }, cancellationToken);
    }

    public Task EndAsync(AuditRecord entry, AuditOutcome outcome, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);

        // Whole, and not an update: the row before it is the same but for this.
        return AddAsync(entry with { Outcome = outcome }, cancellationToken);
    }

    public async Task<Page<AuditRecord>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :audit AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":audit", Keys.AuditPartition).With(":prefix", Keys.AuditPrefix),
                ExclusiveStartKey = Cursor.To(cursor, Keys.AuditPartition, Keys.AuditPrefix),
                ScanIndexForward = false,
                ConsistentRead = true,
                Limit = limit,
            },
            cancellationToken);
        return new Page<AuditRecord>((answer.Items ?? []).ConvertAll(AuditItem.To), Cursor.From(answer.LastEvaluatedKey));
    }
}
