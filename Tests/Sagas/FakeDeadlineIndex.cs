using System.Collections.Concurrent;
using CloudIa.Sagas.Deadlines;

namespace CloudIa.Tests.Sagas;

internal sealed class FakeDeadlineIndex : IDeadlineIndex
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _deadlines = new();

    public DateTimeOffset? this[Guid jobId] => _deadlines.TryGetValue(jobId, out var deadline) ? deadline : null;

    public Task SetAsync(Guid jobId, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        _deadlines[jobId] = deadline;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(Guid jobId, CancellationToken cancellationToken)
    {
        _deadlines.TryRemove(jobId, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Guid>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Guid>>([.. _deadlines.Where(x => x.Value <= now).OrderBy(x => x.Value).Take(limit).Select(x => x.Key)]);
}
