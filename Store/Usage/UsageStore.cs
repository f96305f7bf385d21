using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Usage;

internal sealed class UsageStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IUsageStore
{
    /// <summary>Sorts after all that a day's keys go on with.</summary>
    private const string End = "~";

    private readonly string _table = options.Value.TableName;

    public async Task AddAsync(UsageRecord usage, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutItemAsync(
                new PutItemRequest { TableName = _table, Item = UsageItem.From(usage), ConditionExpression = $"attribute_not_exists({Attributes.PartitionKey})" },
                cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // Told before.
        }
    }

    public async IAsyncEnumerable<UsageRecord> ListAsync(string userId, DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = client.QueryAllAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :user AND {Attributes.SortKey} BETWEEN :first AND :last",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                    .With(":user", Keys.ChatsOf(userId))
                    .With(":first", Keys.UsageDay(from))
                    .With(":last", Keys.UsageDay(to) + End),
                ConsistentRead = true,
            },
            cancellationToken);
        await foreach (var item in all)
            yield return UsageItem.To(item);
    }

    public async IAsyncEnumerable<UsageRecord> ListOfDayAsync(DateOnly day, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var shard in UsageShards.Of(day))
        {
            var all = client.QueryAllAsync(
                new QueryRequest
                {
                    TableName = _table,
                    IndexName = Keys.OpenIndex,
                    KeyConditionExpression = "#open = :shard",
                    ExpressionAttributeNames = new Dictionary<string, string> { ["#open"] = Attributes.Open },
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":shard", shard),
                },
                cancellationToken);
            await foreach (var item in all)
                yield return UsageItem.To(item);
        }
    }
}
