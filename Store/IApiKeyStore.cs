namespace CloudIa.Store;

/// <summary>
/// The API keys of users. A key has two rows: the one that requests are judged by, and the one in its user's list, whose place keeps the number of keys.
/// The first is written last and deleted first: what is not in the list opens nothing.
/// </summary>
public interface IApiKeyStore
{
    /// <summary>Adds a key in one of the user's places.</summary>
    /// <returns>As it was stored: the place becomes part of its id. Null: all <see cref="ApiKeyRecord.MostOfUser"/> are taken.</returns>
    Task<ApiKeyRecord?> TryAddAsync(ApiKeyRecord key, CancellationToken cancellationToken);

    /// <summary>What a request is judged by; strongly consistent.</summary>
    /// <returns>Null: there is no such key, or it was revoked.</returns>
    Task<ApiKeyRecord?> FindAsync(Guid keyId, CancellationToken cancellationToken);

    /// <summary>A user's keys, the oldest first; strongly consistent.</summary>
    Task<IReadOnlyList<ApiKeyRecord>> ListAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Revokes a key, unless it is another user's. Where it is not there, there is nothing to do.</summary>
    Task DeleteAsync(string userId, Guid keyId, CancellationToken cancellationToken);

    /// <summary>Keeps when a key was last used, unless that is known to be after <paramref name="unlessAfter"/>, or the key has gone.</summary>
    Task NoteUseAsync(string userId, Guid keyId, DateTimeOffset at, DateTimeOffset unlessAfter, CancellationToken cancellationToken);
}
