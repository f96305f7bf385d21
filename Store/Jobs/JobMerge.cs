namespace CloudIa.Store.Jobs;

/// <summary>The parts of an index as one list by time.</summary>
/// <param name="after">Where the list begins: behind this; null: at its beginning.</param>
internal sealed class JobMerge(IReadOnlyList<JobShard> shards, JobPlace? after, bool oldestFirst)
{
    private readonly PriorityQueue<JobShard, JobPlace> _next = new(
        oldestFirst ? Comparer<JobPlace>.Default : Comparer<JobPlace>.Create((x, y) => y.CompareTo(x)));

    private bool _isBegun;

    public async Task<IReadOnlyList<JobPlace>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var taken = new List<JobPlace>(count);
        while (taken.Count < count && _next.TryDequeue(out var shard, out var place))
        {
            taken.Add(place);
            shard.Take();
            await QueueAsync(shard, cancellationToken);
        }

        return taken;
    }

    public async Task<bool> HasMoreAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        return _next.Count > 0;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_isBegun)
            return;

        _isBegun = true;
        await Task.WhenAll(shards.Select(x => x.PeekAsync(cancellationToken)));
        foreach (var shard in shards)
            await QueueAsync(shard, cancellationToken);
    }

    private async Task QueueAsync(JobShard shard, CancellationToken cancellationToken)
    {
        while (await shard.PeekAsync(cancellationToken) is { } place)
        {
            if (after is not { } begin || (oldestFirst ? place.CompareTo(begin) > 0 : place.CompareTo(begin) < 0))
            {
                _next.Enqueue(shard, place);
                return;
            }

            shard.Take();
        }
    }
}
