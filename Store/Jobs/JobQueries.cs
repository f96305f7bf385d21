using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Jobs;

internal sealed class JobQueries(IAmazonDynamoDB client, IOptions<StoreOptions> options, TimeProvider time) : IJobQueries
{
    private const int MostInBatch = 100;
    private const int LeastPiece = 10;

    /// <summary>Before and after each time's text.</summary>
    private const string Beginning = "0";
    private const string End = "9";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>No words: they are most of a row.</summary>
    private static readonly string[] Summary =
    [
        Attributes.JobId, Attributes.UserId, Attributes.ChatId, Attributes.Turn, Attributes.Model, Attributes.AcceptedAt, Attributes.OpenSince, Attributes.ErasedAt, Attributes.TraceId,
        Attributes.Outcome, Attributes.OutcomeAttempt, Attributes.EndedAt, Attributes.FailureCode, Attributes.AnswerModel, Attributes.Provider, Attributes.InputTokens,
        Attributes.OutputTokens, Attributes.CachedInputTokens, Attributes.Estimated, Attributes.CostAmount, Attributes.CostCurrency,
    ];

    private readonly string _table = options.Value.TableName;

    public async Task<Page<JobSummary>> ListAsync(JobQuery query, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var merge = new JobMerge([.. Shards(query, limit, JobPlace.Of(cursor))], JobPlace.Of(cursor), query.OldestFirst);
        var page = new List<JobSummary>(limit);
        var read = 0;
        while (true)
        {
            var places = await merge.TakeAsync(Math.Min(limit - page.Count, MostInBatch), cancellationToken);
            if (places.Count == 0)
                return new(page, null);

            read += places.Count;
            page.AddRange((await ReadAsync(places, cancellationToken)).Where(job => Fits(job, query)));
            if (page.Count == limit || read >= JobQuery.MostRead)
                return new(page, await merge.HasMoreAsync(cancellationToken) ? places[^1].ToCursor() : null);
        }
    }

    // What the index says may be a moment old.
    private static bool Fits(JobSummary job, JobQuery query) =>
        (query.State is null || job.State == query.State)
        && (query.FailureCode is null || job.Outcome?.FailureCode == query.FailureCode)
        && (query.ChatId is null || job.ChatId == query.ChatId)
        && (query.UserId is null || job.UserId == query.UserId);

    private IEnumerable<JobShard> Shards(JobQuery query, int limit, JobPlace? after)
    {
        var (index, partition, sort, values) = query switch
        {
            { UserId: { } user } => (Keys.UserIndex, Attributes.UserId, Attributes.AcceptedAt, [user]),
            { ChatId: { } chat } => (Keys.ChatIndex, Attributes.ChatId, Attributes.AcceptedAt, [chat.ToString("N")]),
            { State: JobListState.Open } => (Keys.OpenIndex, Attributes.Open, Attributes.OpenSince, OpenShards.All),
            { State: { } ended } => (Keys.EndedIndex, Attributes.Ended, Attributes.EndedAt, [.. EndedShards.All(Outcome(ended), query.FailureCode)]),
            _ => throw new ArgumentException("Jobs of any state are listed of a user or a chat only.", nameof(query)),
        };

        var from = query.From is { } first ? ItemExtensions.Text(first) : Beginning;
        var to = query.To is { } last ? ItemExtensions.Text(last.AddTicks(-1)) : End;
        if (after is { Time: var place })
            (from, to) = query.OldestFirst ? (Max(from, place), to) : (from, Min(to, place));
        if (string.CompareOrdinal(from, to) > 0)
            yield break;

        foreach (var value in values)
        {
            yield return new(
                client,
                new QueryRequest
                {
                    TableName = _table,
                    IndexName = index,
                    KeyConditionExpression = "#partition = :partition AND #sort BETWEEN :from AND :to",
                    ExpressionAttributeNames = new Dictionary<string, string> { ["#partition"] = partition, ["#sort"] = sort },
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":partition", value).With(":from", from).With(":to", to),
                    ScanIndexForward = query.OldestFirst,
                    Limit = Math.Clamp((2 * limit / values.Count) + 1, LeastPiece, MostInBatch),
                },
                sort);
        }
    }

    private static JobOutcome Outcome(JobListState state) => state switch
    {
        JobListState.Completed => JobOutcome.Completed,
        JobListState.Cancelled => JobOutcome.Cancelled,
        JobListState.Expired => JobOutcome.Expired,
        _ => JobOutcome.Failed,
    };

    private static string Max(string left, string right) => string.CompareOrdinal(left, right) > 0 ? left : right;

    private static string Min(string left, string right) => string.CompareOrdinal(left, right) < 0 ? left : right;

    /// <returns>Those that are there, in the order asked for; not what is left of erased ones.</returns>
    private async Task<IEnumerable<JobSummary>> ReadAsync(IReadOnlyList<JobPlace> places, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Dictionary<string, AttributeValue>>();
        var names = Summary.Append(Attributes.PartitionKey).Select((name, n) => (Placeholder: $"#a{n}", Name: name)).ToList();
        var keys = places.Select(x => new Dictionary<string, AttributeValue> { [Attributes.PartitionKey] = new(x.Partition), [Attributes.SortKey] = new(Keys.JobSortKey) }).ToList();
        var wanted = new Dictionary<string, KeysAndAttributes>
        {
            [_table] = new()
            {
                Keys = keys,
                ProjectionExpression = string.Join(", ", names.Select(x => x.Placeholder)),
                ExpressionAttributeNames = names.ToDictionary(x => x.Placeholder, x => x.Name),
            },
        };
        while (wanted.Count > 0)
        {
            var answer = await client.BatchGetItemAsync(new BatchGetItemRequest { RequestItems = wanted }, cancellationToken);
            foreach (var item in answer.Responses?.GetValueOrDefault(_table) ?? [])
                found[item.Text(Attributes.PartitionKey)] = item;

            wanted = answer.UnprocessedKeys ?? [];
            if (wanted.Count > 0)
                await Task.Delay(Pause, time, cancellationToken);
        }

        return places
            .Select(x => found.GetValueOrDefault(x.Partition))
            .OfType<Dictionary<string, AttributeValue>>()
            .Where(x => !x.ContainsKey(Attributes.ErasedAt))
            .Select(JobItem.ToSummary);
    }
}
