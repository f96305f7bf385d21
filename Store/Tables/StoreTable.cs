using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Tables;

internal sealed class StoreTable(IAmazonDynamoDB client, IOptions<StoreOptions> options, TimeProvider time) : IStoreTable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = options.Value.TableName,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    AttributeDefinitions =
                    [
                        new AttributeDefinition(Attributes.PartitionKey, ScalarAttributeType.S),
                        new AttributeDefinition(Attributes.SortKey, ScalarAttributeType.S),
                    ],
                    KeySchema =
                    [
                        new KeySchemaElement(Attributes.PartitionKey, KeyType.HASH),
                        new KeySchemaElement(Attributes.SortKey, KeyType.RANGE),
                    ],
                },
                cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // It is there already, or another process makes it right now.
        }

        while (!await IsReadyAsync(cancellationToken))
            await Task.Delay(PollInterval, time, cancellationToken);
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.DescribeTableAsync(options.Value.TableName, cancellationToken);
            return answer.Table.TableStatus == TableStatus.ACTIVE;
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }
}
