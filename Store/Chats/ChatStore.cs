using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Chats;

internal sealed class ChatStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IChatStore
{
    private const string None = "none";
    private const string NotTakenYet = $"(attribute_not_exists({Attributes.LastJobId}) OR {Attributes.LastJobId} <> :job)";
    private const string NotErased = $"attribute_not_exists({Attributes.ErasedAt})";
    private readonly string _table = options.Value.TableName;

    public async Task<TurnTaken?> TakeTurnAsync(NewTurn turn, CancellationToken cancellationToken)
    {
        var systemPrompt = turn.IsNew && !string.IsNullOrEmpty(turn.SystemPrompt) ? turn.SystemPrompt : null;
        try
        {
            var answer = await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Chat(turn.UserId, turn.ChatId),
                    UpdateExpression =
                        $"ADD {Attributes.Turns} :one SET {Attributes.UpdatedAt} = :now, {Attributes.ChatId} = :chat, {Attributes.LastJobId} = :job, " +
                        $"{Attributes.PreviousJobId} = if_not_exists({Attributes.LastJobId}, :none), " +
                        $"{Attributes.CreatedAt} = if_not_exists({Attributes.CreatedAt}, :now), {Attributes.Title} = if_not_exists({Attributes.Title}, :title)" +
                        (systemPrompt is null ? "" : $", {Attributes.SystemPrompt} = if_not_exists({Attributes.SystemPrompt}, :system)"),
                    ConditionExpression = $"{NotErased} AND " + turn switch
                    {
                        { IsNew: true } => NotTakenYet,
                        { OnlyAfter.JobId: not null } => $"{Attributes.LastJobId} = :after",
                        { OnlyAfter: not null } => $"attribute_exists({Attributes.PartitionKey}) AND attribute_not_exists({Attributes.LastJobId})",
                        _ => $"attribute_exists({Attributes.PartitionKey}) AND {NotTakenYet}",
                    },
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue> { [":title"] = new(turn.Title), [":none"] = new(None) }
                        .With(":one", 1L).With(":now", turn.Now).With(":chat", turn.ChatId).With(":job", turn.JobId)
                        .With(":system", systemPrompt).With(":after", turn.IsNew ? null : turn.OnlyAfter?.JobId?.ToString("N")),
                    ReturnValues = ReturnValue.ALL_OLD,
                },
                cancellationToken);
            var before = answer.Attributes ?? [];
            return new(1 + (before.OptionalNumber(Attributes.Turns) ?? 0), before.OptionalId(Attributes.LastJobId)) { SystemPrompt = before.OptionalText(Attributes.SystemPrompt) ?? systemPrompt };
        }
        catch (ConditionalCheckFailedException)
        {
            // It is this job's already where the answer to a try before was lost: the SDK repeats what it has no answer to.
            return await GetWholeAsync(Keys.Chat(turn.UserId, turn.ChatId), cancellationToken) is { } chat && chat.OptionalId(Attributes.LastJobId) == turn.JobId
                ? new(chat.Number(Attributes.Turns), chat.OptionalText(Attributes.PreviousJobId) is null or None ? null : chat.OptionalId(Attributes.PreviousJobId)) { SystemPrompt = chat.OptionalText(Attributes.SystemPrompt) }
                : null;
        }
    }

    public async Task ReturnTurnAsync(NewTurn turn, TurnTaken taken, CancellationToken cancellationToken)
    {
        try
        {
            if (turn.IsNew)
                await DeleteUnusedAsync(turn, taken, cancellationToken);
            else if (taken.AfterJobId != turn.JobId)
                await SetLastJobAsync(turn, taken.AfterJobId, cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // Another turn was taken in the meantime: the chat is in use.
        }
    }

    public async Task<ChatRecord?> ChangeAsync(string userId, Guid chatId, ChatChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        List<string> set = [];
        if (!string.IsNullOrEmpty(change.Title))
            set.Add($"{Attributes.Title} = :title");
        if (!string.IsNullOrEmpty(change.SystemPrompt))
            set.Add($"{Attributes.SystemPrompt} = :system");
        var expression = (set.Count > 0 ? $"SET {string.Join(", ", set)}" : "") + (change.SystemPrompt is "" ? $" REMOVE {Attributes.SystemPrompt}" : "");
        if (expression.Length == 0)
            return await GetAsync(userId, chatId, cancellationToken);

        var values = new Dictionary<string, AttributeValue>().With(":title", change.Title).With(":system", change.SystemPrompt);
        try
        {
            var answer = await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Chat(userId, chatId),
                    UpdateExpression = expression,
                    ConditionExpression = $"attribute_exists({Attributes.PartitionKey}) AND {NotErased}",
                    ExpressionAttributeValues = values.Count > 0 ? values : null,
                    ReturnValues = ReturnValue.ALL_NEW,
                },
                cancellationToken);
            return ChatItem.To(answer.Attributes);
        }
        catch (ConditionalCheckFailedException)
        {
            return null;
        }
    }

    public async Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken) =>
        await GetWholeAsync(Keys.Chat(userId, chatId), cancellationToken) is { } item ? ChatItem.To(item) : null;

    public async Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken) =>
        await QueryAsync(Keys.ChatsOf(userId), Keys.ChatPrefix, limit, cursor, ChatItem.To, cancellationToken);

    public async Task<bool> AddMessageAsync(MessageRecord message, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutItemAsync(
                new PutItemRequest
                {
                    TableName = _table,
                    Item = MessageItem.From(message),
                    ConditionExpression =
                        $"attribute_not_exists({Attributes.PartitionKey}) OR ({Attributes.JobId} = :job AND {Attributes.PartialOf} < :attempt)",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":job", message.JobId).With(":attempt", attempt),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<MessageRecord>> GetBranchAsync(Guid chatId, long from, int limit, CancellationToken cancellationToken)
    {
        var branch = new List<MessageRecord>();
        while (branch.Count < limit && from > 0)
        {
            var answer = await client.QueryAsync(
                new QueryRequest
                {
                    TableName = _table,
                    KeyConditionExpression = $"{Attributes.PartitionKey} = :chat AND {Attributes.SortKey} BETWEEN :first AND :last",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                        .With(":chat", Keys.MessagesOf(chatId))
                        .With(":first", Keys.MessageSortKey(0))
                        .With(":last", Keys.MessageSortKey(from)),
                    ScanIndexForward = false,
                    Limit = limit - branch.Count,
                    ConsistentRead = true,
                },
                cancellationToken);
            if (answer.Items is not { Count: > 0 } items)
                break;

            // A place can be empty: a turn that failed has no answer, one that was taken back has nothing, what was erased is as nothing. Then the nearest below is next.
            var lowest = Keys.SequenceOf(items[^1].Text(Attributes.SortKey));
            foreach (var message in items.Where(x => !x.ContainsKey(Attributes.ErasedAt)).Select(MessageItem.To))
            {
                if (message.Sequence > from)
                    continue;

                branch.Add(message);
                from = message.ParentPlace;
            }

            from = Math.Min(from, lowest - 1);
        }

        return branch;
    }

    public async Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken) =>
        await GetWholeAsync(Keys.Message(chatId, sequence), cancellationToken) is { } item ? MessageItem.To(item) : null;

    public async Task<Page<MessageRecord>> ListBranchAsync(ChatRecord chat, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var from = Cursor.To(cursor, Keys.MessagesOf(chat.ChatId), Keys.MessagePrefix) is { } key
            ? Keys.SequenceOf(key.Text(Attributes.SortKey))
            : MessageSequence.OfAssistant(chat.Turns);
        var messages = await GetBranchAsync(chat.ChatId, from, limit, cancellationToken);
        var next = messages.Count == limit ? messages[^1].ParentPlace : 0;
        return new Page<MessageRecord>(messages, next > 0 ? Cursor.From(Keys.Message(chat.ChatId, next)) : null);
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
                FilterExpression = NotErased,
                ExclusiveStartKey = Cursor.To(cursor, partition, prefix),
                ScanIndexForward = false,
                Limit = limit,
                ConsistentRead = true,
            },
            cancellationToken);
        return new Page<T>((answer.Items ?? []).ConvertAll(read), Cursor.From(answer.LastEvaluatedKey));
    }

    /// <summary>Null: it is not there, or it is (being) erased.</summary>
    private async Task<Dictionary<string, AttributeValue>?> GetWholeAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(new GetItemRequest { TableName = _table, Key = key, ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } item && !item.ContainsKey(Attributes.ErasedAt) ? item : null;
    }

    private Task<DeleteItemResponse> DeleteUnusedAsync(NewTurn turn, TurnTaken taken, CancellationToken cancellationToken) => client.DeleteItemAsync(
        new DeleteItemRequest
        {
            TableName = _table,
            Key = Keys.Chat(turn.UserId, turn.ChatId),
            ConditionExpression = $"{Attributes.Turns} = :turn",
            ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":turn", taken.Turn),
        },
        cancellationToken);

    /// <summary>The number stays unused; whoever comes next waits for the one before.</summary>
    private Task<UpdateItemResponse> SetLastJobAsync(NewTurn turn, Guid? lastJobId, CancellationToken cancellationToken) => client.UpdateItemAsync(
        new UpdateItemRequest
        {
            TableName = _table,
            Key = Keys.Chat(turn.UserId, turn.ChatId),
            UpdateExpression = lastJobId is null ? $"REMOVE {Attributes.LastJobId}" : $"SET {Attributes.LastJobId} = :last",
            ConditionExpression = $"{Attributes.LastJobId} = :job",
            ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":job", turn.JobId).With(":last", lastJobId?.ToString("N")),
        },
        cancellationToken);
}
