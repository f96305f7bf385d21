using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Erasure;

internal sealed class ErasureStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IErasureStore
{
    /// <summary>Still this one, and under way.</summary>
    private const string IsThis = $"{Attributes.RequestedAt} = :requested AND attribute_not_exists({Attributes.CompletedAt})";

    private static readonly Dictionary<string, string> OpenName = new() { [$"#{Attributes.Open}"] = Attributes.Open };
    private readonly string _table = options.Value.TableName;

    public async Task<ErasureRecord> BeginAsync(string userId, Guid? chatId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var erasure = new ErasureRecord { UserId = userId, ChatId = chatId, RequestedAt = now };
        while (true)
        {
            try
            {
                await client.PutItemAsync(
                    new PutItemRequest
                    {
                        TableName = _table,
                        Item = ErasureItem.From(erasure),
                        ConditionExpression = $"attribute_not_exists({Attributes.PartitionKey}) OR attribute_exists({Attributes.CompletedAt})",
                    },
                    cancellationToken);
                return erasure;
            }
            catch (ConditionalCheckFailedException)
            {
                // One that was completed between the two is begun anew.
                if (await GetAsync(userId, chatId, cancellationToken) is { CompletedAt: null } other)
                    return other;
            }
        }
    }

    public async Task<ErasureRecord?> GetAsync(string userId, Guid? chatId, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(
            new GetItemRequest { TableName = _table, Key = Keys.Erasure(userId, chatId), ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } item ? ErasureItem.To(item) : null;
    }

    public async IAsyncEnumerable<ErasureRecord> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = client.QueryAllAsync(
            new QueryRequest
            {
                TableName = _table,
                IndexName = Keys.OpenIndex,
                KeyConditionExpression = $"#{Attributes.Open} = :erasures",
                ExpressionAttributeNames = OpenName,
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":erasures", ErasureItem.OpenPartition),
            },
            cancellationToken);
        await foreach (var item in open)
            yield return ErasureItem.To(item);
    }

    public Task NoteAsync(ErasureRecord erasure, DateTimeOffset? clearSince, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return UpdateAsync(erasure, new UpdateItemRequest
        {
            UpdateExpression = clearSince is null ? $"REMOVE {Attributes.ClearSince}" : $"SET {Attributes.ClearSince} = :clear",
            ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":clear", clearSince),
        }, cancellationToken);
    }

    public Task CompleteAsync(ErasureRecord erasure, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return erasure.ChatId is not null
            ? client.DeleteItemAsync(new DeleteItemRequest { TableName = _table, Key = Keys.Erasure(erasure.UserId, erasure.ChatId) }, cancellationToken)
            : UpdateAsync(erasure, new UpdateItemRequest
            {
                UpdateExpression = $"SET {Attributes.CompletedAt} = :now, #{Attributes.TimeToLive} = :ttl REMOVE #{Attributes.Open}, {Attributes.OpenSince}",
                ExpressionAttributeNames = new Dictionary<string, string>(OpenName) { [$"#{Attributes.TimeToLive}"] = Attributes.TimeToLive },
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                    .With(":now", now).With(":ttl", (now + ErasureRecord.Kept).ToUnixTimeSeconds()),
            }, cancellationToken);
    }

    private async Task UpdateAsync(ErasureRecord erasure, UpdateItemRequest update, CancellationToken cancellationToken)
    {
        update.TableName = _table;
        update.Key = Keys.Erasure(erasure.UserId, erasure.ChatId);
        update.ConditionExpression = IsThis;
        update.ExpressionAttributeValues.With(":requested", erasure.RequestedAt);
        try
        {
            await client.UpdateItemAsync(update, cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // Another process has completed it.
        }
    }
}
