using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Tables;

internal sealed class StoreTable(IAmazonDynamoDB client, IOptions<StoreOptions> options, TimeProvider time) : IStoreTable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static AttributeDefinition[] OpenIndexAttributes =>
    [
        new(Attributes.Open, ScalarAttributeType.S),
        new(Attributes.OpenSince, ScalarAttributeType.S),
    ];

    private static List<KeySchemaElement> OpenIndexKeys => [new(Attributes.Open, KeyType.HASH), new(Attributes.OpenSince, KeyType.RANGE)];

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
                        .. OpenIndexAttributes,
                    ],
                    GlobalSecondaryIndexes =
                    [
                        new GlobalSecondaryIndex { IndexName = Keys.OpenIndex, KeySchema = OpenIndexKeys, Projection = new Projection { ProjectionType = ProjectionType.ALL } },
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

        await UntilActiveAsync(cancellationToken);
        await AddMissingIndexAsync(cancellationToken);
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.DescribeTableAsync(options.Value.TableName, cancellationToken);
            return answer.Table.TableStatus == TableStatus.ACTIVE
                && (answer.Table.GlobalSecondaryIndexes ?? []).TrueForAll(x => x.IndexStatus is null || x.IndexStatus == IndexStatus.ACTIVE);
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }

    /// <summary>For a table of the version before, which had no index.</summary>
    private async Task AddMissingIndexAsync(CancellationToken cancellationToken)
    {
        var answer = await client.DescribeTableAsync(options.Value.TableName, cancellationToken);
        if ((answer.Table.GlobalSecondaryIndexes ?? []).Exists(x => x.IndexName == Keys.OpenIndex))
            return;

        try
        {
            await client.UpdateTableAsync(
                new UpdateTableRequest
                {
                    TableName = options.Value.TableName,
                    AttributeDefinitions = [.. OpenIndexAttributes],
                    GlobalSecondaryIndexUpdates =
                    [
                        new GlobalSecondaryIndexUpdate
                        {
                            Create = new CreateGlobalSecondaryIndexAction
                            {
                                IndexName = Keys.OpenIndex,
                                KeySchema = OpenIndexKeys,
                                Projection = new Projection { ProjectionType = ProjectionType.ALL },
                            },
                        },
                    ],
                },
                cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // Another process adds it right now.
        }

        await UntilActiveAsync(cancellationToken);
    }

    private async Task UntilActiveAsync(CancellationToken cancellationToken)
    {
        while (!await IsReadyAsync(cancellationToken))
            await Task.Delay(PollInterval, time, cancellationToken);
    }
}
