namespace CloudIa.Store;

/// <summary>What is being erased, and was: <c>USER#&lt;userId&gt;</c> / <c>ERASURE#…</c>.</summary>
public interface IErasureStore
{
    /// <summary>Begins one, unless one of the same is under way.</summary>
    /// <returns>The one that is under way now.</returns>
    Task<ErasureRecord> BeginAsync(string userId, Guid? chatId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Strongly consistent. Null: none was ever asked for, or it was completed so long ago that its row is gone; of a chat: it is not under way.</summary>
    Task<ErasureRecord?> GetAsync(string userId, Guid? chatId, CancellationToken cancellationToken);

    /// <summary>Those under way, the oldest first, eventually consistent.</summary>
    IAsyncEnumerable<ErasureRecord> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Keeps since when nothing more was found.</summary>
    Task NoteAsync(ErasureRecord erasure, DateTimeOffset? clearSince, CancellationToken cancellationToken);

    /// <summary>That of a user stays for <see cref="ErasureRecord.Kept"/>, as word that it was done; that of a chat goes.</summary>
    Task CompleteAsync(ErasureRecord erasure, DateTimeOffset now, CancellationToken cancellationToken);
}
