using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace CloudIa.Faults.Ledger;

/// <summary>Reads the table by its documented keys, with nothing of the services' code.</summary>
internal sealed class TableReader(Uri store, string table) : IDisposable
{
    private const int Page = 100;
    private readonly AmazonDynamoDBClient _client = new(new BasicAWSCredentials("local", "local"),
        new AmazonDynamoDBConfig { ServiceURL = store.ToString(), AuthenticationRegion = "us-east-1" });

    /// <summary>Those that are there.</summary>
    public async Task<Dictionary<Guid, JobRow>> JobsAsync(IEnumerable<Guid> jobs)
    {
        Dictionary<Guid, JobRow> rows = [];
        foreach (var page in jobs.Distinct().Chunk(Page))
        {
            var keys = page.Select(x => new Dictionary<string, AttributeValue> { ["pk"] = new($"JOB#{x:N}"), ["sk"] = new("JOB") }).ToList();
            while (keys.Count > 0)
            {
                var answer = await _client.BatchGetItemAsync(new BatchGetItemRequest
                {
                    RequestItems = new() { [table] = new() { Keys = keys, ConsistentRead = true } },
                });
                foreach (var row in answer.Responses[table].Select(Job))
                    rows[row.JobId] = row;
                keys = answer.UnprocessedKeys is { Count: > 0 } rest ? rest[table].Keys : [];
            }
        }

        return rows;
    }

    public async Task<List<MessageRow>> MessagesAsync(Guid chatId)
    {
        List<MessageRow> rows = [];
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var answer = await _client.QueryAsync(new QueryRequest
            {
                TableName = table,
                KeyConditionExpression = "pk = :chat AND begins_with(sk, :message)",
                ExpressionAttributeValues = new() { [":chat"] = new($"CHAT#{chatId:N}"), [":message"] = new("MSG#") },
                ConsistentRead = true,
                ExclusiveStartKey = from,
            });
            rows.AddRange((answer.Items ?? []).Select(Message));
            from = answer.LastEvaluatedKey is { Count: > 0 } next ? next : null;
        }
        while (from is not null);

        return rows;
    }

    public void Dispose() => _client.Dispose();

    private static JobRow Job(Dictionary<string, AttributeValue> item) => new()
    {
        JobId = Guid.Parse(item["jobId"].S),
        ChatId = Guid.Parse(item["chatId"].S),
        User = item["userId"].S,
        Turn = Number(item["turn"]),
        IsOpen = item.ContainsKey("open"),
        Outcome = item.TryGetValue("outcome", out var outcome) ? Enum.Parse<EndState>(outcome.S) : null,
        OutcomeAttempt = item.TryGetValue("outcomeAttempt", out var attempt) ? (int)Number(attempt) : 0,
        FailureCode = item.TryGetValue("failureCode", out var code) ? code.S : null,
        EndedAt = item.TryGetValue("endedAt", out var ended) ? DateTimeOffset.Parse(ended.S, CultureInfo.InvariantCulture) : null,
    };

    private static MessageRow Message(Dictionary<string, AttributeValue> item) => new()
    {
        ChatId = Guid.Parse(item["chatId"].S),
        Sequence = Number(item["sequence"]),
        JobId = Guid.Parse(item["jobId"].S),
        IsAssistant = item["role"].S == "assistant",
        Content = item.TryGetValue("content", out var content) ? content.S : "",
        IsPartial = item.ContainsKey("partialOf"),
    };

    private static long Number(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);
}
