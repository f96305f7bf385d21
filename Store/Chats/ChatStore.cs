using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Chats;

internal sealed class ChatStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IChatStore
{
    private readonly string _table = options.Value.TableName;

    public async Task<long?> TakeTurnAsync(string userId, Guid chatId, bool isNew, string title, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Chat(userId, chatId),
                    UpdateExpression =
                        $"ADD {Attributes.Turns} :one SET {Attributes.UpdatedAt} = :now, {Attributes.ChatId} = :chat, " +
                        $"{Attributes.CreatedAt} = if_not_exists({Attributes.CreatedAt}, :now), {Attributes.Title} = if_not_exists({Attributes.Title}, :title)",
                    ConditionExpression = isNew ? null : $"attribute_exists({Attributes.PartitionKey})",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue> { [":title"] = new(title) }
                        .With(":one", 1L).With(":now", now).With(":chat", chatId),
                    ReturnValues = ReturnValue.UPDATED_NEW,
                },
                cancellationToken);
            return answer.Attributes.Number(Attributes.Turns);
        }
        catch (ConditionalCheckFailedException)
        {
            return null;
        }
    }

    public async Task ReturnTurnAsync(string userId, Guid chatId, long turn, bool isNew, CancellationToken cancellationToken)
    {
        if (!isNew)
            return;

        try
        {
            await client.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = _table,
                    Key = Keys.Chat(userId, chatId),
                    ConditionExpression = $"{Attributes.Turns} = :turn",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":turn", turn),
                },
                cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // Another turn was taken in the meantime: the chat is in use.
        }
    }

    public async Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(
            new GetItemRequest { TableName = _table, Key = Keys.Chat(userId, chatId), ConsistentRead = true },
            cancellationToken);
        return answer.Item is { Count: > 0 } item ? ChatItem.To(item) : null;
    }

    public async Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken) =>
        await QueryAsync(Keys.ChatsOf(userId), Keys.ChatPrefix, limit, cursor, ChatItem.To, cancellationToken);

    public async Task<bool> AddMessageAsync(MessageRecord message, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutItemAsync(
                new PutItemRequest
                {
                    TableName = _table,
                    Item = MessageItem.From(message),
                    ConditionExpression = $"attribute_not_exists({Attributes.PartitionKey})",
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<MessageRecord>> GetContextAsync(Guid chatId, long beforeTurn, int limit, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :chat AND {Attributes.SortKey} BETWEEN :first AND :last",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                    .With(":chat", Keys.MessagesOf(chatId))
                    .With(":first", Keys.MessageSortKey(0))
                    .With(":last", Keys.MessageSortKey(MessageSequence.OfUser(beforeTurn) - 1)),
                ScanIndexForward = false,
                Limit = limit,
                ConsistentRead = true,
            },
            cancellationToken);
        var messages = (answer.Items ?? []).ConvertAll(MessageItem.To);
        messages.Reverse();
        return messages;
    }

    public async Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(
            new GetItemRequest { TableName = _table, Key = Keys.Message(chatId, sequence), ConsistentRead = true },
            cancellationToken);
        return answer.Item is { Count: > 0 } item ? MessageItem.To(item) : null;
    }

    public async Task<Page<MessageRecord>> ListMessagesAsync(Guid chatId, int limit, string? cursor, CancellationToken cancellationToken) =>
        await QueryAsync(Keys.MessagesOf(chatId), Keys.MessagePrefix, limit, cursor, MessageItem.To, cancellationToken);

    private async Task<Page<T>> QueryAsync<T>(string partition, string prefix, int limit, string? cursor, Converter<Dictionary<string, AttributeValue>, T> read,
        CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :partition AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":partition", partition).With(":prefix", prefix),
                ExclusiveStartKey = Cursor.To(cursor, partition, prefix),
                ScanIndexForward = false,
                Limit = limit,
                ConsistentRead = true,
            },
            cancellationToken);
        return new Page<T>((answer.Items ?? []).ConvertAll(read), Cursor.From(answer.LastEvaluatedKey));
    }
}
