using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CloudIa.Store;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Login.Keys;

/// <summary>Whose an API key is. Keeps what it read for a while, also that there is no such key.</summary>
internal sealed partial class ApiKeyCheck(IApiKeyStore keys, IOptions<LoginOptions> options, TimeProvider time, ILogger<ApiKeyCheck> logger) : IDisposable
{
    /// <summary>How exactly the last use is kept, and how often it is written at most.</summary>
    public static readonly TimeSpan UseKeptTo = TimeSpan.FromHours(1);

    private static readonly string NoHash = new('-', 2 * SHA256.HashSizeInBytes);

    private readonly MemoryCache _read = new(new MemoryCacheOptions { SizeLimit = 10_000 });
    private readonly MemoryCache _noted = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <returns>Null: there is no such key, it has another secret, or its time is over.</returns>
    public async Task<ApiKeyRecord?> FindAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var record = await ReadAsync(key.Id, cancellationToken);

        // In the same time, whether there is one or not.
        var isRight = CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(key.Hash.AsSpan()), MemoryMarshal.AsBytes((record?.Hash ?? NoHash).AsSpan()));
        if (record is null || !isRight || record.ExpiresAt <= time.GetUtcNow())
            return null;

        Note(record);
        return record;
    }

    public void Dispose()
    {
        _read.Dispose();
        _noted.Dispose();
    }

    private async Task<ApiKeyRecord?> ReadAsync(Guid keyId, CancellationToken cancellationToken)
    {
        var keep = options.Value.KeyCacheFor;
        if (_read.TryGetValue(keyId, out Read? read) && time.GetElapsedTime(read!.At) < keep)
            return read.Record;

        var at = time.GetTimestamp();
        var record = await keys.FindAsync(keyId, cancellationToken);
        if (keep > TimeSpan.Zero)
            _read.Set(keyId, new Read(record, at), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = keep });
        return record;
    }

    private void Note(ApiKeyRecord record)
    {
        var now = time.GetUtcNow();
        if (_noted.TryGetValue(record.KeyId, out DateTimeOffset noted) && now - noted < UseKeptTo)
            return;

        _noted.Set(record.KeyId, now, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = UseKeptTo });
        _ = NoteAsync(record, now);
    }

    /// <summary>No request waits for it, and none fails with it.</summary>
    private async Task NoteAsync(ApiKeyRecord record, DateTimeOffset now)
    {
        try
        {
            await keys.NoteUseAsync(record.UserId, record.KeyId, now, now - UseKeptTo, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotNoted(e, record.KeyId);
        }
    }

    [LoggerMessage(82, LogLevel.Warning, "It could not be noted that API key {KeyId} was used: its last use looks older than it is, for up to an hour")]
    private partial void LogNotNoted(Exception exception, Guid keyId);

    private sealed record Read(ApiKeyRecord? Record, long At);
}
