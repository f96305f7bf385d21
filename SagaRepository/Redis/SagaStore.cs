using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>One type of sagas in Redis: keys, JSON and the four operations. Each is one command.</summary>
internal sealed class SagaStore<TSaga>(SagaSettings<TSaga> settings, SagaConnections connections)
    where TSaga : class, ISagaVersion
{
    // Not before the first message: a host may change MassTransit's options while it starts.
    private readonly Lazy<JsonSerializerOptions> _json = new(() => new(SystemTextJsonMessageSerializer.Options) { WriteIndented = false });
    private readonly long _expiry = settings.Expiry is { } expiry ? (long)expiry.TotalMilliseconds : 0;

    public SagaSettings<TSaga> Settings => settings;

    public RedisKey Key(Guid correlationId) => $"{settings.KeyPrefix}{correlationId}";

    /// <summary>The saga and what tells its value from any other; null where there is none.</summary>
    /// <exception cref="CorruptSagaException">The key holds something else.</exception>
    public async Task<Stored<TSaga>?> LoadAsync(Guid correlationId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var database = await DatabaseAsync().WaitAsync(cancellationToken);
        try
        {
            // Never from a replica, which may be behind.
            byte[]? value = await database.StringGetAsync(Key(correlationId), CommandFlags.DemandMaster).WaitAsync(cancellationToken);
            return value is null ? null : new(Deserialize(correlationId, value), Digest(value));
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            throw Corrupt(correlationId, "is not a string");
        }
    }

    /// <summary>The digest of what was stored; null where there was a value already.</summary>
    public async Task<string?> TryCreateAsync(TSaga saga, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var value = Serialize(saga);
        var database = await DatabaseAsync().WaitAsync(cancellationToken);

        // From here on the outcome is awaited even when the message is cancelled: a write whose end nobody saw would be in doubt.
        var expiry = settings.Expiry is null ? Expiration.Default : new Expiration(TimeSpan.FromMilliseconds(_expiry));
        return await database.StringSetAsync(Key(saga.CorrelationId), value, expiry, ValueCondition.NotExists) ? Digest(value) : null;
    }

    /// <summary>The outcome, one of <see cref="SagaScripts"/>, and the digest of what was stored.</summary>
    public async Task<(int Outcome, string Digest)> ReplaceAsync(TSaga saga, string read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var value = Serialize(saga);
        var database = await DatabaseAsync().WaitAsync(cancellationToken);
        return ((int)await database.ScriptEvaluateAsync(SagaScripts.Replace, [Key(saga.CorrelationId)], [read, value, _expiry]), Digest(value));
    }

    /// <summary>The outcome, one of <see cref="SagaScripts"/>.</summary>
    public async Task<int> DeleteAsync(Guid correlationId, string read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var database = await DatabaseAsync().WaitAsync(cancellationToken);
        return (int)await database.ScriptEvaluateAsync(SagaScripts.Delete, [Key(correlationId)], [read]);
    }

    private async Task<IDatabase> DatabaseAsync() => settings.SelectDatabase(await connections.GetAsync(settings.Connection));

    private byte[] Serialize(TSaga saga) => JsonSerializer.SerializeToUtf8Bytes(saga, _json.Value);

    private TSaga Deserialize(Guid correlationId, byte[] value)
    {
        TSaga? saga;
        try
        {
            saga = JsonSerializer.Deserialize<TSaga>(value, _json.Value);
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
            _ => saga,
        };
    }

    private CorruptSagaException Corrupt(Guid correlationId, string reason) => new(
        $"what Redis holds under \"{Key(correlationId)}\" {reason}: another program or another saga wrote there, or the saga's class has changed. " +
        "Nothing was written. Look at the value, then mend or delete it.",
        typeof(TSaga), correlationId);

#pragma warning disable CA5350 // It tells two values of one saga apart, which is all that Redis can compute; nothing is secured by it.
    private static string Digest(byte[] value) => Convert.ToHexStringLower(SHA1.HashData(value));
#pragma warning restore CA5350
}

/// <summary>A saga as it was read.</summary>
internal sealed record Stored<TSaga>(TSaga Saga, string Digest);
