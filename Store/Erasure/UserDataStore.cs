using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Erasure;

internal sealed class UserDataStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IUserDataStore
{
    /// <summary>In place of what a reader of the row expects, readers of versions before this one among them.</summary>
    private const string Erased = "erased";

    private const string TimeToLive = $"#{Attributes.TimeToLive}";
    private readonly string _table = options.Value.TableName;

    public async Task<bool> HideChatAsync(string userId, Guid chatId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Chat(userId, chatId),
                    UpdateExpression = $"SET {Attributes.ErasedAt} = if_not_exists({Attributes.ErasedAt}, :now)",
                    ConditionExpression = $"attribute_exists({Attributes.PartitionKey})",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":now", now),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<bool> EraseJobAsync(JobRecord job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);

        // The row last: until then it is found again where this breaks off. One that is open again keeps its messages.
        if (job.IsOpen || job.Outcome is null)
            return false;

        await EmptyAsync(job.ChatId, job.UserPlace, now, cancellationToken);
        await EmptyAsync(job.ChatId, MessageSequence.OfAssistant(job.Turn), now, cancellationToken);
        await DeleteAllAsync(Keys.JobPartition(job.JobId), x => x != Keys.JobSortKey, cancellationToken);
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Job(job.JobId),
                    UpdateExpression =
                        $"SET {Attributes.UserId} = :nobody, {Attributes.Prompt} = :erased, {Attributes.BodyHash} = :erased, {Attributes.ErasedAt} = :now, {TimeToLive} = :ttl " +
                        $"REMOVE {Attributes.Conversation}, {Attributes.SystemPrompt}, {Attributes.SessionId}, {Attributes.Ended}",
                    ConditionExpression = $"{Attributes.UserId} = :user AND attribute_not_exists(#{Attributes.Open})",
                    ExpressionAttributeNames = new Dictionary<string, string> { [TimeToLive] = Attributes.TimeToLive, [$"#{Attributes.Open}"] = Attributes.Open },
                    // Each its own, so that no partition of the index has all of them.
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                        .With(":nobody", $"{Erased}:{job.JobId:N}").With(":erased", Erased).With(":user", job.UserId).With(":now", now).With(":ttl", EndOf(now)),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async IAsyncEnumerable<Guid> ListChatsAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var key in KeysOfAsync(Keys.ChatsOf(userId), Keys.ChatPrefix, cancellationToken))
            yield return Guid.ParseExact(key.Text(Attributes.SortKey)[Keys.ChatPrefix.Length..], "N");
    }

    public async Task<int> EraseChatAsync(string userId, Guid chatId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = 0;
        await foreach (var key in KeysOfAsync(Keys.MessagesOf(chatId), Keys.MessagePrefix, cancellationToken))
        {
            if (key.ContainsKey(Attributes.ErasedAt))
                continue;

            await EmptyAsync(chatId, Keys.SequenceOf(key.Text(Attributes.SortKey)), now, cancellationToken);
            rows++;
        }

        var answer = await client.DeleteItemAsync(
            new DeleteItemRequest { TableName = _table, Key = Keys.Chat(userId, chatId), ReturnValues = ReturnValue.ALL_OLD }, cancellationToken);
        return answer.Attributes is { Count: > 0 } ? rows + 1 : rows;
    }

    public async Task<int> EraseDoorsAsync(string userId, CancellationToken cancellationToken)
    {
        // Of a key, first what opens.
        var rows = 0;
        await foreach (var key in KeysOfAsync(Keys.ChatsOf(userId), Keys.ApiKeyPrefix, cancellationToken))
            rows += await DeleteAsync(Keys.ApiKey(key.Id(Attributes.KeyId)), cancellationToken);

        return rows + await DeleteAllAsync(Keys.ChatsOf(userId), IsDoor, cancellationToken);
    }

    public Task<int> EraseRestAsync(string userId, CancellationToken cancellationToken) => DeleteAllAsync(
        Keys.ChatsOf(userId),
        x => !x.StartsWith(Keys.ChatPrefix, StringComparison.Ordinal) && !x.StartsWith(Keys.ErasurePrefix, StringComparison.Ordinal) && !IsDoor(x),
        cancellationToken);

    private static bool IsDoor(string sortKey) =>
        sortKey.StartsWith(Keys.ApiKeyPrefix, StringComparison.Ordinal) || sortKey.StartsWith(Keys.WebhookPrefix, StringComparison.Ordinal);

    private static long EndOf(DateTimeOffset now) => (now + ErasureRecord.Kept).ToUnixTimeSeconds();

    /// <summary>Whether something is there or not: something could come.</summary>
    private Task<PutItemResponse> EmptyAsync(Guid chatId, long sequence, DateTimeOffset now, CancellationToken cancellationToken) => client.PutItemAsync(
        new PutItemRequest
        {
            TableName = _table,
            Item = Keys.Message(chatId, sequence).With(Attributes.ErasedAt, now).With(Attributes.TimeToLive, EndOf(now)),
        },
        cancellationToken);

    private async Task<int> DeleteAllAsync(string partition, Predicate<string> isMeant, CancellationToken cancellationToken)
    {
        var rows = 0;
        await foreach (var key in KeysOfAsync(partition, prefix: null, cancellationToken))
        {
            if (!isMeant(key.Text(Attributes.SortKey)))
                continue;

            await DeleteAsync(new() { [Attributes.PartitionKey] = key[Attributes.PartitionKey], [Attributes.SortKey] = key[Attributes.SortKey] }, cancellationToken);
            rows++;
        }

        return rows;
    }

    private async Task<int> DeleteAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellationToken)
    {
        await client.DeleteItemAsync(new DeleteItemRequest { TableName = _table, Key = key }, cancellationToken);
        return 1;
    }

    /// <summary>The rows of a partition, strongly consistent, without what they hold.</summary>
    private IAsyncEnumerable<Dictionary<string, AttributeValue>> KeysOfAsync(string partition, string? prefix, CancellationToken cancellationToken) => client.QueryAllAsync(
        new QueryRequest
        {
            TableName = _table,
            KeyConditionExpression = $"{Attributes.PartitionKey} = :partition" + (prefix is null ? "" : $" AND begins_with({Attributes.SortKey}, :prefix)"),
            ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":partition", partition).With(":prefix", prefix),
            ProjectionExpression = $"{Attributes.PartitionKey}, {Attributes.SortKey}, {Attributes.ErasedAt}, {Attributes.KeyId}",
            ConsistentRead = true,
        },
        cancellationToken);
}
