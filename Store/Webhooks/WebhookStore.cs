using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Webhooks;

internal sealed class WebhookStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IWebhookStore
{
    private const string IsThis = $"{Attributes.WebhookId} = :id";

    /// <summary>Secrets replaced within the time that they still sign; the oldest beyond these goes at once.</summary>
    private const int MostReplaced = 5;

    private const int MostRaces = 5;
    private readonly string _table = options.Value.TableName;

    public async Task<IReadOnlyList<WebhookRecord>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        // Ten rows of a few hundred bytes: always one page.
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :user AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":user", Keys.ChatsOf(userId)).With(":prefix", Keys.WebhookPrefix),
                ConsistentRead = true,
            },
            cancellationToken);
        return [.. (answer.Items ?? []).Select(WebhookItem.To).OrderBy(x => x.CreatedAt)];
    }

    public async Task<WebhookRecord?> GetAsync(string userId, Guid webhookId, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(new GetItemRequest { TableName = _table, Key = Key(userId, webhookId), ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } item && WebhookItem.To(item) is var webhook && webhook.WebhookId == webhookId ? webhook : null;
    }

    public async Task<WebhookRecord?> TryAddAsync(WebhookRecord webhook, CancellationToken cancellationToken)
    {
        var taken = (await ListAsync(webhook.UserId, cancellationToken)).Select(x => WebhookItem.PlaceOf(x.WebhookId)).ToHashSet();
        foreach (var place in Enumerable.Range(0, WebhookRecord.MostOfUser).Where(x => !taken.Contains(x)))
        {
            var placed = webhook with { WebhookId = WebhookItem.At(webhook.WebhookId, place) };
            try
            {
                await client.PutItemAsync(
                    new PutItemRequest
                    {
                        TableName = _table,
                        Item = WebhookItem.From(placed),
                        // Its own row counts as written: the SDK repeats a request whose answer was lost.
                        ConditionExpression = $"attribute_not_exists({Attributes.PartitionKey}) OR {IsThis}",
                        ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":id", placed.WebhookId),
                    },
                    cancellationToken);
                return placed;
            }
            catch (ConditionalCheckFailedException)
            {
                // Another request took the place meanwhile: the next one.
            }
        }

        return null;
    }

    public Task<WebhookRecord?> ChangeAsync(string userId, Guid webhookId, WebhookChange change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, AttributeValue>().With(":id", webhookId).With(":now", now);
        List<string> set = [$"{Attributes.UpdatedAt} = :now"], remove = [];
        if (change.Url is not null)
        {
            values.With(":url", change.Url);
            set.Add($"#{Attributes.Url} = :url");
        }

        if (change.Events is { Count: > 0 })
        {
            values.With(":events", WebhookItem.EventsText(change.Events));
            set.Add($"#{Attributes.Events} = :events");
        }
        else if (change.Events is not null)
        {
            remove.Add($"#{Attributes.Events}");
        }

        if (change.Enabled == true)
        {
            remove.AddRange([Attributes.DisabledReason, Attributes.DisabledAt, Attributes.FailingSince]);
        }
        else if (change.Enabled == false)
        {
            values.With(":reason", WebhookDisabledReasons.ByUser);
            set.AddRange([$"{Attributes.DisabledReason} = :reason", $"{Attributes.DisabledAt} = :now"]);
        }

        var expression = $"SET {string.Join(", ", set)}" + (remove.Count > 0 ? $" REMOVE {string.Join(", ", remove)}" : "");
        return UpdateAsync(userId, webhookId, expression, IsThis, values, cancellationToken);
    }

    public async Task<WebhookRecord?> RotateAsync(
        string userId, Guid webhookId, WebhookSecret secret, DateTimeOffset now, DateTimeOffset oldUntil, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MostRaces; race++)
        {
            if (await GetAsync(userId, webhookId, cancellationToken) is not { } webhook)
                return null;

            // This very call, repeated by the SDK because its answer was lost.
            if (webhook.Secret == secret)
                return webhook;

            var replaced = webhook.Replaced.Where(x => x.Until > now).Prepend(new(webhook.Secret, oldUntil)).Take(MostReplaced);
            var values = new Dictionary<string, AttributeValue>()
                .With(":id", webhookId)
                .With(":now", now)
                .With(":new", secret.Value)
                .With(":old", webhook.Secret.Value)
                .With(":replaced", WebhookItem.ReplacedText(replaced));
            var rotated = await UpdateAsync(
                userId, webhookId, $"SET {Attributes.Secret} = :new, {Attributes.ReplacedSecrets} = :replaced, {Attributes.UpdatedAt} = :now",
                $"{IsThis} AND {Attributes.Secret} = :old", values, cancellationToken);
            if (rotated is not null)
                return rotated;
        }

        throw new TimeoutException($"The secret of webhook {webhookId} was changed by others {MostRaces} times while it was to be changed. Try again.");
    }

    public async Task<bool> DeleteAsync(string userId, Guid webhookId, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = _table,
                    Key = Key(userId, webhookId),
                    ConditionExpression = IsThis,
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":id", webhookId),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public Task DisableAsync(string userId, Guid webhookId, string reason, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        userId, webhookId, $"SET {Attributes.DisabledReason} = :reason, {Attributes.DisabledAt} = :now, {Attributes.UpdatedAt} = :now",
        $"{IsThis} AND attribute_not_exists({Attributes.DisabledReason})",
        new Dictionary<string, AttributeValue>().With(":id", webhookId).With(":reason", reason).With(":now", now), cancellationToken);

    public Task SetFailingAsync(string userId, Guid webhookId, DateTimeOffset? since, CancellationToken cancellationToken) => UpdateAsync(
        userId, webhookId,
        since is null ? $"REMOVE {Attributes.FailingSince}" : $"SET {Attributes.FailingSince} = if_not_exists({Attributes.FailingSince}, :since)",
        IsThis, new Dictionary<string, AttributeValue>().With(":id", webhookId).With(":since", since), cancellationToken);

    private async Task<WebhookRecord?> UpdateAsync(
        string userId, Guid webhookId, string update, string condition, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken)
    {
        // URL is one of DynamoDB's reserved words, and others are to come: names are given for those that the expression has.
        var names = new[] { Attributes.Url, Attributes.Events }.Where(x => update.Contains($"#{x}", StringComparison.Ordinal)).ToDictionary(x => $"#{x}");
        try
        {
            var answer = await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Key(userId, webhookId),
                    UpdateExpression = update,
                    ConditionExpression = condition,
                    ExpressionAttributeNames = names.Count > 0 ? names : null,
                    ExpressionAttributeValues = values,
                    ReturnValues = ReturnValue.ALL_NEW,
                },
                cancellationToken);
            return WebhookItem.To(answer.Attributes);
        }
        catch (ConditionalCheckFailedException)
        {
            return null;
        }
    }

    private static Dictionary<string, AttributeValue> Key(string userId, Guid webhookId) => Keys.Webhook(userId, WebhookItem.PlaceOf(webhookId));
}
