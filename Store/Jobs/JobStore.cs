using System.Globalization;
using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Jobs;

internal sealed class JobStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IJobStore
{
    private const int OpenPage = 100;

    // OPEN is one of DynamoDB's reserved words.
    private static readonly Dictionary<string, string> OpenName = new() { [$"#{Attributes.Open}"] = Attributes.Open };
    private readonly string _table = options.Value.TableName;

    public async Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutItemAsync(
                new PutItemRequest
                {
                    TableName = _table,
                    Item = JobItem.From(job),
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

    public async Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var answer = await client.GetItemAsync(
            new GetItemRequest { TableName = _table, Key = Keys.Job(jobId), ConsistentRead = true },
            cancellationToken);
        return answer.Item is { Count: > 0 } item ? JobItem.To(item) : null;
    }

    public async Task<bool> TryPromiseAsync(Guid jobId, CancellationToken cancellationToken)
    {
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Job(jobId),
                    UpdateExpression = $"SET {Attributes.Promised} = :promised",
                    ConditionExpression = $"attribute_exists({Attributes.PartitionKey})",
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":promised", 1),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<bool> WithdrawAsync(Guid jobId, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = _table,
                    Key = Keys.Job(jobId),
                    ConditionExpression = $"attribute_not_exists({Attributes.Outcome}) AND attribute_not_exists({Attributes.Promised})",
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            // The job has ended in the meantime (the command had reached SQS after all), or another request was answered with it.
            return false;
        }
    }

    public async Task<bool> ReopenAsync(Guid jobId, int endedAttempt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Job(jobId),
                    UpdateExpression = $"SET #{Attributes.Open} = :open, {Attributes.OpenSince} = :now REMOVE {Attributes.Ended}",
                    ConditionExpression = $"{Attributes.OutcomeAttempt} = :attempt AND {Attributes.Outcome} <> :completed AND attribute_not_exists(#{Attributes.Open}) AND attribute_not_exists({Attributes.ErasedAt})",
                    ExpressionAttributeNames = OpenName,
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>()
                        .With(":open", OpenShards.Of(jobId))
                        .With(":now", now)
                        .With(":attempt", endedAttempt)
                        .With(":completed", nameof(JobOutcome.Completed)),
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async IAsyncEnumerable<Guid> ListOpenAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var shard in OpenShards.All)
        {
            var open = client.QueryAllAsync(
                new QueryRequest
                {
                    TableName = _table,
                    IndexName = Keys.OpenIndex,
                    KeyConditionExpression = $"#{Attributes.Open} = :shard AND {Attributes.OpenSince} < :before",
                    ExpressionAttributeNames = OpenName,
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":shard", shard).With(":before", before),
                    Limit = OpenPage,
                },
                cancellationToken);
            await foreach (var item in open)
                yield return item.Id(Attributes.JobId);
        }
    }

    public async IAsyncEnumerable<UserJob> ListOfUserAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = client.QueryAllAsync(
            new QueryRequest
            {
                TableName = _table,
                IndexName = Keys.UserIndex,
                KeyConditionExpression = $"{Attributes.UserId} = :user",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":user", userId),
            },
            cancellationToken);
        await foreach (var item in all)
            yield return new(item.Id(Attributes.JobId), item.Id(Attributes.ChatId));
    }

    public async Task<JobOutcomeRecord?> RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, AttributeValue>()
            .With(":outcome", outcome.Outcome.ToString())
            .With(":attempt", outcome.Attempt)
            .With(":endedAt", outcome.EndedAt)
            .With(":ended", EndedShards.Of(jobId, outcome.Outcome, outcome.FailureCode))
            .With(":failure", outcome.FailureCode)
            .With(":model", outcome.Model)
            .With(":provider", outcome.Provider)
            .With(":input", outcome.Usage?.InputTokens)
            .With(":output", outcome.Usage?.OutputTokens)
            .With(":cached", outcome.Usage?.CachedInputTokens)
            .With(":estimated", outcome.Usage?.Estimated == true ? 1 : null)
            .With(":currency", outcome.Cost?.Currency);
        if (outcome.Cost is { Amount: var amount })
            values[":amount"] = new() { N = amount.ToString(CultureInfo.InvariantCulture) };
        (string Attribute, string Value)[] all =
        [
            (Attributes.Outcome, ":outcome"), (Attributes.OutcomeAttempt, ":attempt"), (Attributes.EndedAt, ":endedAt"), (Attributes.Ended, ":ended"), (Attributes.FailureCode, ":failure"),
            (Attributes.AnswerModel, ":model"), (Attributes.Provider, ":provider"), (Attributes.InputTokens, ":input"), (Attributes.OutputTokens, ":output"),
            (Attributes.CachedInputTokens, ":cached"), (Attributes.Estimated, ":estimated"), (Attributes.CostAmount, ":amount"), (Attributes.CostCurrency, ":currency"),
        ];
        var set = string.Join(", ", all.Where(x => values.ContainsKey(x.Value)).Select(x => $"{x.Attribute} = {x.Value}"));
        string[] absent = [.. all.Where(x => !values.ContainsKey(x.Value)).Select(x => x.Attribute), $"#{Attributes.Open}", Attributes.OpenSince];

        try
        {
            await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table,
                    Key = Keys.Job(jobId),
                    UpdateExpression = $"SET {set} REMOVE {string.Join(", ", absent)}",
                    ConditionExpression =
                        $"attribute_exists({Attributes.PartitionKey}) AND (attribute_not_exists({Attributes.OutcomeAttempt}) OR {Attributes.OutcomeAttempt} < :attempt)",
                    ExpressionAttributeNames = OpenName,
                    ExpressionAttributeValues = values,
                },
                cancellationToken);
            return outcome;
        }
        catch (ConditionalCheckFailedException)
        {
            // This attempt's outcome is there already, or a newer one's, or the acceptance was withdrawn.
            return (await GetAsync(jobId, cancellationToken))?.Outcome;
        }
    }
}
