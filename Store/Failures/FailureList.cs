using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Failures;

/// <summary>Failures out of the index, the newest first.</summary>
internal sealed class FailureList(IAmazonDynamoDB client, string table)
{
    /// <summary>Rows that one page looks at.</summary>
    private const int MostRows = 1_000;
    private const int FilteredRows = 200;

    private static readonly string[] Facts =
    [
        Attributes.PartitionKey, Attributes.SortKey, Attributes.Queue, Attributes.Kind, Attributes.MessageId, Attributes.At, Attributes.JobId, Attributes.Attempt,
        Attributes.MessageType, Attributes.ExceptionType, Attributes.Place, Attributes.ChangedAt, Attributes.Open,
    ];

    public async Task<Page<FailureRecord>> PageAsync(FailureQuery query, int limit, Dictionary<string, AttributeValue>? start, CancellationToken cancellationToken)
    {
        var (found, rows) = (new List<Dictionary<string, AttributeValue>>(), 0);
        var request = Request(query);
        do
        {
            request.ExclusiveStartKey = start;
            request.Limit = request.FilterExpression is null ? limit : FilteredRows;
            var answer = await client.QueryAsync(request, cancellationToken);
            found.AddRange(answer.Items ?? []);
            rows += answer.ScannedCount ?? request.Limit.Value;
            start = answer.LastEvaluatedKey is { Count: > 0 } next ? next : null;
        }
        while (start is not null && found.Count < limit && rows < MostRows);

        if (found.Count <= limit)
            return new(found.ConvertAll(FailureItem.To), IndexCursor.From(start));

        return new([.. found.Take(limit).Select(FailureItem.To)], IndexCursor.Of(found[limit - 1]));
    }

    public async Task<Page<FailureRecord>> FactsAsync(int atMost, CancellationToken cancellationToken)
    {
        var request = Request(new());
        for (var i = 0; i < Facts.Length; i++)
            request.ExpressionAttributeNames[$"#f{i}"] = Facts[i];
        request.ExpressionAttributeNames.Remove($"#{Attributes.Open}");
        request.KeyConditionExpression = request.KeyConditionExpression.Replace($"#{Attributes.Open}", $"#f{Facts.Length - 1}", StringComparison.Ordinal);
        request.ProjectionExpression = string.Join(", ", Facts.Select((_, i) => $"#f{i}"));
        List<FailureRecord> found = [];
        do
        {
            request.Limit = atMost - found.Count;
            var answer = await client.QueryAsync(request, cancellationToken);
            found.AddRange((answer.Items ?? []).Select(FailureItem.To));
            request.ExclusiveStartKey = answer.LastEvaluatedKey is { Count: > 0 } next ? next : null;
        }
        while (request.ExclusiveStartKey is not null && found.Count < atMost);
        return new(found, IndexCursor.From(request.ExclusiveStartKey));
    }

    private QueryRequest Request(FailureQuery query)
    {
        var request = new QueryRequest
        {
            TableName = table,
            IndexName = Keys.OpenIndex,
            KeyConditionExpression = $"#{Attributes.Open} = :failures",
            ExpressionAttributeNames = new Dictionary<string, string> { [$"#{Attributes.Open}"] = Attributes.Open },
            ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":failures", FailureItem.PartitionOf(query.State)),
            ScanIndexForward = false,
        };
        if (query.Until is { } until)
        {
            request.KeyConditionExpression += $" AND {Attributes.OpenSince} <= :until";
            request.ExpressionAttributeValues.With(":until", until);
        }

        (string Name, string? Value)[] filters =
            [(Attributes.Queue, query.Queue), (Attributes.Kind, query.Kind), (Attributes.ExceptionType, query.ExceptionType), (Attributes.Place, query.Place)];
        foreach (var (name, value) in filters.Where(x => x.Value is not null))
        {
            request.FilterExpression = (request.FilterExpression is null ? "" : $"{request.FilterExpression} AND ") + $"#{name} = :{name}";
            request.ExpressionAttributeNames[$"#{name}"] = name;

            // Not With, which leaves out an empty one.
            request.ExpressionAttributeValues[$":{name}"] = new AttributeValue(value);
        }

        return request;
    }
}
