using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Tables;

internal sealed class StoreTable(IAmazonDynamoDB client, IOptions<StoreOptions> options, TimeProvider time) : IStoreTable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TableIndex[] Indexes =
    [
        new(Keys.OpenIndex, Attributes.Open, Attributes.OpenSince, new Projection { ProjectionType = ProjectionType.ALL }),
        new(Keys.UserIndex, Attributes.UserId, Attributes.AcceptedAt,
            new Projection { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = [Attributes.JobId, Attributes.ChatId] }),
        new(Keys.ChatIndex, Attributes.ChatId, Attributes.AcceptedAt, new Projection { ProjectionType = ProjectionType.KEYS_ONLY }),
        new(Keys.EndedIndex, Attributes.Ended, Attributes.EndedAt, new Projection { ProjectionType = ProjectionType.KEYS_ONLY }),
    ];

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
                        .. Indexes.SelectMany(x => x.Attributes).DistinctBy(x => x.AttributeName),
                    ],
                    GlobalSecondaryIndexes = [.. Indexes.Select(x => x.ToIndex())],
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
        await AddMissingIndexesAsync(cancellationToken);
    }

    // An index that is being added makes the table UPDATING for as long as its rows are read, hours perhaps: what does not need it goes on.
    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) => IsAsync(
        table => (table.TableStatus == TableStatus.ACTIVE || table.TableStatus == TableStatus.UPDATING)
            && (table.GlobalSecondaryIndexes ?? []).TrueForAll(x => x.IndexName != Keys.OpenIndex || IsActive(x)),
        cancellationToken);

    /// <summary>For a table of a version before, which had fewer. One at a time: DynamoDB takes no two at once.</summary>
    private async Task AddMissingIndexesAsync(CancellationToken cancellationToken)
    {
        foreach (var index in Indexes)
        {
            var answer = await client.DescribeTableAsync(options.Value.TableName, cancellationToken);
            if ((answer.Table.GlobalSecondaryIndexes ?? []).Exists(x => x.IndexName == index.Name))
                continue;

            try
            {
                await client.UpdateTableAsync(
                    new UpdateTableRequest
                    {
                        TableName = options.Value.TableName,
                        AttributeDefinitions = [.. index.Attributes],
                        GlobalSecondaryIndexUpdates = [new GlobalSecondaryIndexUpdate { Create = index.ToAction() }],
                    },
                    cancellationToken);
            }
            catch (ResourceInUseException)
            {
                // Another process adds it right now.
            }

            await UntilActiveAsync(cancellationToken);
        }
    }

    private async Task UntilActiveAsync(CancellationToken cancellationToken)
    {
        while (!await IsAsync(table => table.TableStatus == TableStatus.ACTIVE && (table.GlobalSecondaryIndexes ?? []).TrueForAll(IsActive), cancellationToken))
            await Task.Delay(PollInterval, time, cancellationToken);
    }

    private async Task<bool> IsAsync(Predicate<TableDescription> condition, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.DescribeTableAsync(options.Value.TableName, cancellationToken);
            return condition(answer.Table);
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }

    private static bool IsActive(GlobalSecondaryIndexDescription index) => index.IndexStatus is null || index.IndexStatus == IndexStatus.ACTIVE;
}
