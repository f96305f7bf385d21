using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;
using Microsoft.Extensions.Options;

namespace CloudIa.Store.Failures;

internal sealed class FailureStore(IAmazonDynamoDB client, IOptions<StoreOptions> options) : IFailureStore
{
    private readonly string _table = options.Value.TableName;
    private readonly FailureChanges _changes = new(client, options.Value.TableName);
    private readonly FailureList _list = new(client, options.Value.TableName);

    public Task AddAsync(FailureRecord failure, CancellationToken cancellationToken) =>
        client.PutItemAsync(new PutItemRequest { TableName = _table, Item = FailureItem.From(failure) }, cancellationToken);

    public async Task<FailureRecord?> GetAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (FailureId.Parse(id) is not { } key)
            return null;

        var answer = await client.GetItemAsync(
            new GetItemRequest { TableName = _table, Key = Keys.Failure(key.JobId, key.Queue, key.Kind, key.MessageId), ConsistentRead = true }, cancellationToken);
        return answer.Item is { Count: > 0 } item ? FailureItem.To(item) : null;
    }

    public async Task<IReadOnlyList<FailureRecord>> ListOfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            new QueryRequest
            {
                TableName = _table,
                KeyConditionExpression = $"{Attributes.PartitionKey} = :job AND begins_with({Attributes.SortKey}, :prefix)",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>().With(":job", Keys.JobPartition(jobId)).With(":prefix", Keys.FailurePrefix),
                ConsistentRead = true,
            },
            cancellationToken);
        return (answer.Items ?? []).ConvertAll(FailureItem.To);
    }

    public async Task<Page<FailureRecord>> ListAsync(FailureQuery query, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var start = IndexCursor.To(cursor, FailureItem.PartitionOf(query.State));
        if (query.JobId is not { } job)
            return await _list.PageAsync(query, limit, start, cancellationToken);

        // A job has a handful.
        var all = await ListOfJobAsync(job, cancellationToken);
        return new([.. all.Where(query.Matches).OrderByDescending(x => x.At)], null);
    }

    public Task<Page<FailureRecord>> ListFactsAsync(int atMost, CancellationToken cancellationToken) => _list.FactsAsync(atMost, cancellationToken);

    public Task<bool> TryClaimAsync(FailureRecord failure, string claim, DateTimeOffset now, CancellationToken cancellationToken) =>
        _changes.ClaimAsync(failure, claim, now, cancellationToken);

    public Task<bool> CompleteAsync(FailureRecord failure, string claim, DateTimeOffset now, CancellationToken cancellationToken) =>
        _changes.CompleteAsync(failure, claim, now, cancellationToken);

    public Task ReleaseAsync(FailureRecord failure, string claim, CancellationToken cancellationToken) => _changes.ReleaseAsync(failure, claim, cancellationToken);

    public Task<bool> DiscardAsync(FailureRecord failure, DateTimeOffset now, CancellationToken cancellationToken) => _changes.DiscardAsync(failure, now, cancellationToken);

    public Task<bool> RestoreAsync(FailureRecord failure, DateTimeOffset now, CancellationToken cancellationToken) => _changes.RestoreAsync(failure, now, cancellationToken);
}
