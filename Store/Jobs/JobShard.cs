using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Jobs;

/// <summary>One part of an index, read in pieces.</summary>
internal sealed class JobShard(IAmazonDynamoDB client, QueryRequest request, string timeAttribute)
{
    private readonly Queue<JobPlace> _read = new();
    private bool _isAtEnd;

    /// <returns>What comes next; null: nothing does.</returns>
    public async Task<JobPlace?> PeekAsync(CancellationToken cancellationToken)
    {
        while (_read.Count == 0 && !_isAtEnd)
        {
            var page = await client.QueryAsync(request, cancellationToken);
            foreach (var item in page.Items ?? [])
                _read.Enqueue(new(item.Text(timeAttribute), item.Text(Attributes.PartitionKey)));

            request.ExclusiveStartKey = page.LastEvaluatedKey is { Count: > 0 } next ? next : null;
            _isAtEnd = request.ExclusiveStartKey is null;
        }

        return _read.TryPeek(out var place) ? place : null;
    }

    public void Take() => _read.Dequeue();
}
