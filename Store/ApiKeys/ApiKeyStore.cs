using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.ApiKeys;

internal sealed class ApiKeyStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IApiKeyStore
{
    private const string IsThis = $"{Attributes.KeyId} = :id";

    private readonly string _table = options.Value.TableName;

    public async Task<ApiKeyRecord?> TryAddAsync(ApiKeyRecord key, CancellationToken cancellationToken)
    {
        var taken = (await ListAsync(key.UserId, cancellationToken)).Select(x => ApiKeyItem.PlaceOf(x.KeyId)).ToHashSet();
        foreach (var place in Enumerable.Range(0, ApiKeyRecord.MostOfUser).Where(x => !taken.Contains(x)))
        {
            var placed = key with { KeyId = ApiKeyItem.At(key.KeyId, place) };

            // The second where the first did not fail alone: another request may have taken the place meanwhile.
            if (await TryPutAsync(ApiKeyItem.Listed(placed), placed.KeyId, cancellationToken) && await TryPutAsync(ApiKeyItem.Judged(placed), placed.KeyId, cancellationToken))
                return placed;
        }

        return null;
    }

    public async Task<ApiKeyRecord?> FindAsync(Guid keyId, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(new GetItemRequest { TableName = _table, Key = Keys.ApiKey(keyId), ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } item ? ApiKeyItem.To(item) : null;
    }

    public async Task<IReadOnlyList<ApiKeyRecord>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        // Ten rows of a few hundred bytes: always one page.
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :user AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":user", Keys.ChatsOf(userId)).With(":prefix", Keys.ApiKeyPrefix),
                ConsistentRead = true,
            },
            cancellationToken);
        return [.. (answer.Items ?? []).Select(ApiKeyItem.To).OrderBy(x => x.CreatedAt)];
    }

    public async Task DeleteAsync(string userId, Guid keyId, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, AttributeValue>().With(":id", keyId).With(":user", userId);
        await DeleteAsync(Keys.ApiKey(keyId), values, cancellationToken);
        await DeleteAsync(Keys.ListedApiKey(userId, ApiKeyItem.PlaceOf(keyId)), values, cancellationToken);
    }

    public async Task NoteUseAsync(string userId, Guid keyId, DateTimeOffset at, DateTimeOffset unlessAfter, CancellationToken cancellationToken)
    {
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.ListedApiKey(userId, ApiKeyItem.PlaceOf(keyId)),
                    UpdateExpression = $"SET {Attributes.LastUsedAt} = :at",
                    ConditionExpression = $"{IsThis} AND (attribute_not_exists({Attributes.LastUsedAt}) OR {Attributes.LastUsedAt} <= :after)",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":id", keyId).With(":at", at).With(":after", unlessAfter),
                },
                cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // It is known already, or the key has gone.
        }
    }

    /// <returns>False: somebody else's row is there.</returns>
    private async Task<bool> TryPutAsync(Dictionary<string, AttributeValue> item, Guid keyId, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutItemAsync(
                new PutItemRequest
                {
                    TableName = _table,
                    Item = item,
                    // Its own row counts as written: the SDK repeats a request whose answer was lost.
                    ConditionExpression = $"attribute_not_exists({Attributes.PartitionKey}) OR {IsThis}",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":id", keyId),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    private async Task DeleteAsync(Dictionary<string, AttributeValue> key, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = _table,
                    Key = key,
                    ConditionExpression = $"{IsThis} AND {Attributes.UserId} = :user",
                    ExpressionAttributeValues = values,
                },
                cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // It is not there, or another user's, or another key has its place.
        }
    }
}
