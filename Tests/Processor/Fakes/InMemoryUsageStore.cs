using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CloudIa.Store;

namespace CloudIa.Tests.Processor.Fakes;

internal sealed class InMemoryUsageStore : IUsageStore
{
    private readonly ConcurrentDictionary<(Guid Job, DateTimeOffset At), UsageRecord> _records = new();

    public IReadOnlyList<UsageRecord> Of(Guid jobId) => [.. _records.Values.Where(x => x.JobId == jobId).OrderBy(x => x.At)];

    public Task AddAsync(UsageRecord usage, CancellationToken cancellationToken)
    {
        _records.TryAdd((usage.JobId, usage.At), usage);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<UsageRecord> ListAsync(string userId, DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var record in _records.Values.Where(x => x.UserId == userId && x.Day >= from && x.Day <= to).OrderBy(x => x.Day))
            yield return record;
    }

    public IAsyncEnumerable<UsageRecord> ListOfDayAsync(DateOnly day, CancellationToken cancellationToken) => throw new NotSupportedException();
}
