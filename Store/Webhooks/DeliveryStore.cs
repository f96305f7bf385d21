using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Jobs;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Webhooks;

internal sealed class DeliveryStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IDeliveryStore
{
    private const string NotThere = $"attribute_not_exists({Attributes.PartitionKey})";

    // STATE is one of DynamoDB's reserved words.
    private static readonly Dictionary<string, string> StateName = new() { [$"#{Attributes.State}"] = Attributes.State };
    private readonly string _table = options.Value.TableName;

    public Task AddAsync(WebhookDelivery delivery, CancellationToken cancellationToken) => TryReplaceAsync(null, delivery, cancellationToken);

    public async Task<WebhookDelivery?> GetAsync(Guid jobId, Guid webhookId, int attempt, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(
            new GetItemRequest { TableName = _table, Key = Keys.Delivery(jobId, webhookId, attempt), ConsistentRead = true },
            cancellationToken);
        return answer.Item is { Count: > 0 } item ? DeliveryItem.To(item) : null;
    }

    public async Task<bool> TryReplaceAsync(WebhookDelivery? before, WebhookDelivery after, CancellationToken cancellationToken)
    {
        var put = new PutItemRequest { TableName = _table, Item = DeliveryItem.From(after), ConditionExpression = NotThere };
        if (before is not null)
        {
            put.ConditionExpression = $"{Attributes.Tries} = :tries AND #{Attributes.State} = :state";
            put.ExpressionAttributeNames = StateName;
            put.ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":tries", before.Tries).With(":state", before.State);
        }

        try
        {
            await client.PutItemAsync(put, cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<JobDeliveries?> ReadJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        JobRecord? job = null;
        var deliveries = new List<WebhookDelivery>();
        var rows = client.QueryAllAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :job AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":job", Keys.JobPartition(jobId)).With(":prefix", Keys.JobSortKey),
                ConsistentRead = true,
            },
            cancellationToken);
        await foreach (var item in rows)
        {
            if (item.Text(Attributes.SortKey) == Keys.JobSortKey)
                job = JobItem.To(item);
            else
                deliveries.Add(DeliveryItem.To(item));
        }

        return job is null ? null : new(job, deliveries);
    }
}
