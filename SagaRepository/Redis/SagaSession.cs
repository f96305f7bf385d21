using CloudIa.SagaRepository.Outbox;
using MassTransit;

namespace CloudIa.SagaRepository.Redis;

/// <summary>
/// What one message does to its saga. Remembers what was read, so that a write can tell whether it is still there, and writes the event's
/// outbox along with the saga.
/// </summary>
/// <param name="store">Where the sagas are.</param>
/// <param name="outbox">Null: what stands in a value's outbox is kept as it is.</param>
/// <param name="cancellationToken">The message's.</param>
internal sealed class SagaSession<TSaga>(SagaStore<TSaga> store, EventOutbox? outbox, CancellationToken cancellationToken)
    where TSaga : class, ISagaVersion
{
    private readonly Dictionary<Guid, Stored<TSaga>> _read = [];
    private TSaga? _ended;

    /// <exception cref="EventAppliedException">The event was applied before.</exception>
    public async Task<TSaga?> LoadAsync(Guid correlationId)
    {
        if (await store.LoadAsync(correlationId, cancellationToken) is not { } stored)
        {
            return null;
        }

        _read[correlationId] = stored;
        return outbox?.TryReplay(stored.Outbox) == true ? throw new EventAppliedException() : stored.Saga;
    }

    /// <summary>Before the event is applied. False: there is something already.</summary>
    public async Task<bool> TryInsertAsync(TSaga saga)
    {
        if (await store.TryCreateAsync(saga, SagaOutbox.Empty, cancellationToken) is not { } stored)
        {
            return false;
        }

        _read[saga.CorrelationId] = stored;
        return true;
    }

    /// <exception cref="RedisSagaConcurrencyException">There is one already.</exception>
    public async Task AddAsync(TSaga saga)
    {
        if (_read.TryGetValue(saga.CorrelationId, out var read) && read.Saga is null)
        {
            var (outcome, stored) = await store.ReplaceAsync(saga, await NextOutboxAsync(read), read, cancellationToken);
            _read[saga.CorrelationId] = outcome == SagaScripts.Done ? stored : throw CreatedMeanwhile(saga);
            return;
        }

        _read[saga.CorrelationId] =
            await store.TryCreateAsync(saga, await NextOutboxAsync(), cancellationToken) ?? throw CreatedMeanwhile(saga);
    }

    /// <exception cref="RedisSagaConcurrencyException">It is not as it was read.</exception>
    public async Task UpdateAsync(TSaga saga)
    {
        var read = Read(saga);
        var next = await NextOutboxAsync(read);
        saga.Version++;
        try
        {
            var (outcome, stored) = await store.ReplaceAsync(saga, next, read, cancellationToken);
            ThrowUnlessDone(outcome, saga, saga.Version - 1);
            _read[saga.CorrelationId] = stored;
        }
        catch
        {
            saga.Version--;
            throw;
        }
    }

    /// <summary>Where the saga's last event, or one before it, may have to be recognised or its messages sent, that much of the value stays for a while.</summary>
    /// <exception cref="RedisSagaConcurrencyException">It is not as it was read.</exception>
    public async Task DeleteAsync(TSaga saga)
    {
        var read = Read(saga);
        var next = await NextOutboxAsync(read);
        if (outbox?.On == true || next.IsPending)
        {
            var (outcome, stored) = await store.ReplaceWithGoneAsync(saga.CorrelationId, saga.Version, next, read, Remains, cancellationToken);
            ThrowUnlessDone(outcome, saga, saga.Version);
            _read[saga.CorrelationId] = stored;
            return;
        }

        ThrowUnlessDone(await store.DeleteAsync(saga.CorrelationId, read, cancellationToken), saga, saga.Version);
        _read.Remove(saga.CorrelationId);
    }

    /// <summary>The event created the saga and ended it: nothing is written, unless <see cref="EndAsync"/> is called.</summary>
    public void End(TSaga saga) => _ended = saga;

    /// <summary>To be called when the event has been handled without an exception.</summary>
    /// <exception cref="RedisSagaConcurrencyException">Another message created the saga meanwhile.</exception>
    public async Task EndAsync()
    {
        if (_ended is not { } saga || outbox?.On != true)
        {
            return;
        }

        if (_read.TryGetValue(saga.CorrelationId, out var read))
        {
            var (outcome, _) = await store.ReplaceWithGoneAsync(
                saga.CorrelationId, saga.Version, await NextOutboxAsync(read), read, Remains, cancellationToken);
            if (outcome != SagaScripts.Done)
            {
                throw CreatedMeanwhile(saga);
            }
        }
        else if (await store.TryCreateGoneAsync(saga.CorrelationId, saga.Version, await NextOutboxAsync(), Remains, cancellationToken) is null)
        {
            throw CreatedMeanwhile(saga);
        }
    }

    /// <summary>How long what is left of a saga is kept: nothing outlives the sagas themselves.</summary>
    private TimeSpan Remains => store.Settings.Expiry is { } expiry && expiry < store.Settings.Outbox.Retention ? expiry : store.Settings.Outbox.Retention;

    private Task<SagaOutbox> NextOutboxAsync(Stored<TSaga>? read = null) =>
        outbox?.NextAsync(read?.Outbox ?? SagaOutbox.Empty) ?? Task.FromResult((read?.Outbox ?? SagaOutbox.Empty) with { Gone = false });

    private Stored<TSaga> Read(TSaga saga) => _read.TryGetValue(saga.CorrelationId, out var read)
        ? read
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

    private static RedisSagaConcurrencyException CreatedMeanwhile(TSaga saga) => Conflict(saga, "another message created it meanwhile");

    private static RedisSagaConcurrencyException Conflict(TSaga saga, string reason) => new(
        $"{reason}. Nothing was written; a retry reads it anew (UseMessageRetry with Handle<ConcurrencyException>).",
        typeof(TSaga), saga.CorrelationId);
}
