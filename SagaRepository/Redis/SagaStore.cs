using System.Security.Cryptography;
using System.Text.Json;
using CloudIa.SagaRepository.Outbox;
using MassTransit;
using MassTransit.Serialization;
using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>One type of sagas in Redis: keys, JSON and the operations. Each is one command.</summary>
internal sealed class SagaStore<TSaga>(SagaSettings<TSaga> settings, Func<Task<IDatabase>> database)
    where TSaga : class, ISagaVersion
{
    // Not before the first message: a host may change MassTransit's options while it starts.
    private readonly Lazy<JsonSerializerOptions> _json = new(() => new(SystemTextJsonMessageSerializer.Options) { WriteIndented = false });

    public SagaSettings<TSaga> Settings => settings;

    public RedisKey Key(Guid correlationId) => $"{settings.KeyPrefix}{correlationId}";

    /// <summary>Null where there is nothing.</summary>
    /// <exception cref="CorruptSagaException">The key holds something else.</exception>
    public async Task<Stored<TSaga>?> LoadAsync(Guid correlationId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var redis = await database().WaitAsync(cancellationToken);
        try
        {
            // Never from a replica, which may be behind.
            byte[]? value = await redis.StringGetAsync(Key(correlationId), CommandFlags.DemandMaster).WaitAsync(cancellationToken);
            return value is null ? null : Deserialize(correlationId, value);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            throw Corrupt(correlationId, "is not a string");
        }
        catch (Exception exception) when (RedisErrors.IsOutage(exception))
        {
            throw Unreachable(exception, "reading", correlationId, redis);
        }
    }

    /// <summary>What was stored; null where there was a value already.</summary>
    public Task<Stored<TSaga>?> TryCreateAsync(TSaga saga, SagaOutbox outbox, CancellationToken cancellationToken) =>
        TryCreateAsync(saga.CorrelationId, saga, Serialize(saga, outbox), outbox, settings.Expiry, cancellationToken);

    /// <summary>As <see cref="TryCreateAsync(TSaga, SagaOutbox, CancellationToken)"/>, without a saga.</summary>
    public Task<Stored<TSaga>?> TryCreateGoneAsync(Guid correlationId, int version, SagaOutbox outbox, TimeSpan expiry, CancellationToken cancellationToken) =>
        TryCreateAsync(correlationId, saga: null, Gone(correlationId, version, outbox), outbox, expiry, cancellationToken);

    /// <summary>The outcome, one of <see cref="SagaScripts"/>, and what was stored if it was.</summary>
    public Task<(int Outcome, Stored<TSaga> Stored)> ReplaceAsync(TSaga saga, SagaOutbox outbox, Stored<TSaga> read, CancellationToken cancellationToken)
    {
        // What was left of another saga was to go; this one is to stay.
        var otherwise = read.Saga is null ? SagaScripts.Never : SagaScripts.Keep;
        return ReplaceAsync(saga.CorrelationId, saga, Serialize(saga, outbox), outbox, read, settings.Expiry, otherwise, cancellationToken);
    }

    /// <summary>As <see cref="ReplaceAsync(TSaga, SagaOutbox, Stored{TSaga}, CancellationToken)"/>, without a saga.</summary>
    public Task<(int Outcome, Stored<TSaga> Stored)> ReplaceWithGoneAsync(
        Guid correlationId, int version, SagaOutbox outbox, Stored<TSaga> read, TimeSpan expiry, CancellationToken cancellationToken) =>
        ReplaceAsync(correlationId, saga: null, Gone(correlationId, version, outbox), outbox, read, expiry, SagaScripts.Keep, cancellationToken);

    /// <summary>The outcome, one of <see cref="SagaScripts"/>.</summary>
    public async Task<int> DeleteAsync(Guid correlationId, Stored<TSaga> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var redis = await database().WaitAsync(cancellationToken);
        try
        {
            return (int)await redis.ScriptEvaluateAsync(SagaScripts.Delete, [Key(correlationId)], [read.Digest]);
        }
        catch (Exception exception) when (RedisErrors.IsOutage(exception))
        {
            throw Unreachable(exception, "removing", correlationId, redis);
        }
    }

    private async Task<Stored<TSaga>?> TryCreateAsync(
        Guid correlationId, TSaga? saga, byte[] value, SagaOutbox outbox, TimeSpan? expiry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var redis = await database().WaitAsync(cancellationToken);

        // From here on the outcome is awaited even when the message is cancelled: a write whose end nobody saw would be in doubt.
        var expiration = expiry is { } time ? new Expiration(TimeSpan.FromMilliseconds((long)time.TotalMilliseconds)) : Expiration.Default;
        try
        {
            return await redis.StringSetAsync(Key(correlationId), value, expiration, ValueCondition.NotExists)
                ? new(saga, outbox, Digest(value))
                : null;
        }
        catch (Exception exception) when (RedisErrors.IsOutage(exception))
        {
            throw Unreachable(exception, "creating", correlationId, redis);
        }
    }

    private async Task<(int Outcome, Stored<TSaga> Stored)> ReplaceAsync(Guid correlationId, TSaga? saga, byte[] value, SagaOutbox outbox,
        Stored<TSaga> read, TimeSpan? expiry, long otherwise, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var redis = await database().WaitAsync(cancellationToken);
        var timeToLive = expiry is { } time ? (long)time.TotalMilliseconds : otherwise;
        try
        {
            var outcome = (int)await redis.ScriptEvaluateAsync(SagaScripts.Replace, [Key(correlationId)], [read.Digest, value, timeToLive]);
            return (outcome, new(saga, outbox, Digest(value)));
        }
        catch (Exception exception) when (RedisErrors.IsOutage(exception))
        {
            throw Unreachable(exception, "updating", correlationId, redis);
        }
    }

    private byte[] Serialize(TSaga saga, SagaOutbox outbox) => SagaValue.Join(JsonSerializer.SerializeToUtf8Bytes(saga, _json.Value), outbox);

    /// <summary>With what any reader of sagas wants to find.</summary>
    private static byte[] Gone(Guid correlationId, int version, SagaOutbox outbox) =>
        SagaValue.Join(JsonSerializer.SerializeToUtf8Bytes(new { correlationId, version }), outbox with { Gone = true });

    private Stored<TSaga> Deserialize(Guid correlationId, byte[] value)
    {
        var (json, outbox) = Split(correlationId, value);
        if (outbox.Gone)
        {
            return new(null, outbox, Digest(value));
        }

        TSaga? saga;
        try
        {
            saga = JsonSerializer.Deserialize<TSaga>(json.Span, _json.Value);
        }
        catch (JsonException exception)
        {
            // The exception itself quotes the value: it is not passed on.
            throw Corrupt(correlationId, $"is not JSON of this saga from line {exception.LineNumber + 1}, byte {exception.BytePositionInLine} on");
        }

        return saga switch
        {
            null => throw Corrupt(correlationId, "is JSON null"),
            _ when saga.CorrelationId != correlationId => throw Corrupt(correlationId, "holds another correlation id"),
            _ => new(saga, outbox, Digest(value)),
        };
    }

    private (ReadOnlyMemory<byte> Saga, SagaOutbox Outbox) Split(Guid correlationId, byte[] value)
    {
        try
        {
            return SagaValue.Split(value);
        }
        catch (JsonException)
        {
            throw Corrupt(correlationId, "has something else than an outbox in its $outbox");
        }
    }

    private Exception Unreachable(Exception exception, string doing, Guid correlationId, IDatabase redis) => RedisErrors.Explain(
        exception, $"{doing} \"{Key(correlationId)}\" failed", RedisErrors.Text(redis.Multiplexer?.GetEndPoints(configuredOnly: true) ?? []));

    private CorruptSagaException Corrupt(Guid correlationId, string reason) => new(
        $"what Redis holds under \"{Key(correlationId)}\" {reason}: another program or another saga wrote there, or the saga's class has changed. " +
        "Nothing was written. Look at the value, then mend or delete it.",
        typeof(TSaga), correlationId);

#pragma warning disable CA5350 // It tells two values of one saga apart, which is all that Redis can compute; nothing is secured by it.
    private static string Digest(byte[] value) => Convert.ToHexStringLower(SHA1.HashData(value));
#pragma warning restore CA5350
}
