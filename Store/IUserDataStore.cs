namespace CloudIa.Store;

/// <summary>
/// Erases what is kept of users. A row that a late message could write again is not deleted but emptied: what is left of it has no words and no user, and
/// the conditions of later writes see it. It has a time to live of <see cref="ErasureRecord.Kept"/>.
/// </summary>
public interface IUserDataStore
{
    /// <summary>Takes a chat out of sight: from here on it has no turns, no messages and no place in any list.</summary>
    /// <returns>False: there is no such chat of the user's.</returns>
    Task<bool> HideChatAsync(string userId, Guid chatId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Empties the row of a job that has ended, its messages' places, and deletes its deliveries and failures.</summary>
    /// <returns>False: the job is open, or is not the user's (any more).</returns>
    Task<bool> EraseJobAsync(JobRecord job, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Chats of a user that have a row, those out of sight among them; strongly consistent.</summary>
    IAsyncEnumerable<Guid> ListChatsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Empties the places of a chat's messages, then deletes its row.</summary>
    /// <returns>How many rows there were.</returns>
    Task<int> EraseChatAsync(string userId, Guid chatId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes a user's API keys and webhooks, which are good for new things until then.</summary>
    /// <returns>How many there were.</returns>
    Task<int> EraseDoorsAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Deletes what else there is in the user's partition but chats and erasures: usage, and what later versions keep there.</summary>
    /// <returns>How many rows there were.</returns>
    Task<int> EraseRestAsync(string userId, CancellationToken cancellationToken);
}
