using MassTransit;

namespace CloudIa.SagaRepository.Redis;

/// <summary>
/// What one message does to its saga. Remembers what was read, so that a write can tell whether it is still there. The inbox and the
/// outbox, which are to go into the same value, belong here: whatever is written is written by these methods.
/// </summary>
internal sealed class SagaSession<TSaga>(SagaStore<TSaga> store, CancellationToken cancellationToken)
    where TSaga : class, ISagaVersion
{
    private readonly Dictionary<Guid, string> _read = [];

    public async Task<TSaga?> LoadAsync(Guid correlationId)
    {
        if (await store.LoadAsync(correlationId, cancellationToken) is not { } stored)
        {
            return null;
        }

        _read[correlationId] = stored.Digest;
        return stored.Saga;
    }

    /// <summary>False: there is one already.</summary>
    public async Task<bool> TryInsertAsync(TSaga saga)
    {
        if (await store.TryCreateAsync(saga, cancellationToken) is not { } digest)
        {
            return false;
        }

        _read[saga.CorrelationId] = digest;
        return true;
    }

    /// <exception cref="RedisSagaConcurrencyException">There is one already.</exception>
    public async Task AddAsync(TSaga saga)
    {
        if (!await TryInsertAsync(saga))
        {
            throw Conflict(saga, "another message created it meanwhile");
        }
    }

    /// <exception cref="RedisSagaConcurrencyException">It is not as it was read.</exception>
    public async Task UpdateAsync(TSaga saga)
    {
        var read = Read(saga);
        saga.Version++;
        try
        {
            var (outcome, digest) = await store.ReplaceAsync(saga, read, cancellationToken);
            ThrowUnlessDone(outcome, saga, saga.Version - 1);
            _read[saga.CorrelationId] = digest;
        }
        catch
        {
            saga.Version--;
            throw;
        }
    }

    /// <exception cref="RedisSagaConcurrencyException">It is not as it was read.</exception>
    public async Task DeleteAsync(TSaga saga)
    {
        ThrowUnlessDone(await store.DeleteAsync(saga.CorrelationId, Read(saga), cancellationToken), saga, saga.Version);
        _read.Remove(saga.CorrelationId);
    }

    private string Read(TSaga saga) => _read.TryGetValue(saga.CorrelationId, out var digest)
        ? digest
        : throw new InvalidOperationException(
            $"The saga {TypeCache<TSaga>.ShortName} {saga.CorrelationId} is to be written, but was neither read nor created by this message. " +
            "Was its CorrelationId changed?");

    private static void ThrowUnlessDone(int outcome, TSaga saga, int version)
    {
        if (outcome != SagaScripts.Done)
        {
            throw Conflict(saga, outcome == SagaScripts.Gone
                ? $"it was read at version {version}, but is gone: another message removed it, or it expired"
                : $"it was read at version {version}, but another message has changed it since");
        }
    }

    private static RedisSagaConcurrencyException Conflict(TSaga saga, string reason) => new(
        $"{reason}. Nothing was written; a retry reads it anew (UseMessageRetry with Handle<ConcurrencyException>).",
        typeof(TSaga), saga.CorrelationId);
}
