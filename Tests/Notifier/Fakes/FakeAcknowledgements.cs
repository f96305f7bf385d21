using System.Collections.Concurrent;
using CloudIa.EventLog;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>What sessions acknowledged, in memory.</summary>
internal sealed class FakeAcknowledgements : IAcknowledgements
{
    private readonly ConcurrentDictionary<(string User, string Session, Guid Job), long> _acknowledged = new();
    private int _saves;

    public int Saves => _saves;

    public bool IsDown { get; set; }

    public Task SaveAsync(string userId, string sessionId, IReadOnlyCollection<KeyValuePair<Guid, long?>> acknowledged, CancellationToken cancellationToken)
    {
        ThrowWhereDown();
        foreach (var (job, seq) in acknowledged)
        {
            if (seq is { } number)
            {
                _acknowledged.AddOrUpdate((userId, sessionId, job), number, (_, known) => Math.Max(known, number));
            }
            else
            {
                _acknowledged.TryRemove((userId, sessionId, job), out _);
            }
        }

        // Last: who counts them looks at what was saved next.
        Interlocked.Increment(ref _saves);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<Guid, long>> GetAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        ThrowWhereDown();
        return Task.FromResult<IReadOnlyDictionary<Guid, long>>(
            _acknowledged.Where(x => x.Key.User == userId && x.Key.Session == sessionId).ToDictionary(x => x.Key.Job, x => x.Value));
    }

    private void ThrowWhereDown()
    {
        if (IsDown)
        {
            throw new TimeoutException("Redis is away.");
        }
    }
}
