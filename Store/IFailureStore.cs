namespace CloudIa.Store;

/// <summary>The record of dead letters, each tied to its job. One is open until somebody has seen to it.</summary>
public interface IFailureStore
{
    /// <summary>Writes a failure; the same message's from before is replaced.</summary>
    Task AddAsync(FailureRecord failure, CancellationToken cancellationToken);

    /// <summary>A job's failures, open ones and others, by queue.</summary>
    Task<IReadOnlyList<FailureRecord>> ListOfJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>A page of open failures, the newest first, eventually consistent.</summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    Task<Page<FailureRecord>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Takes a failure out of the open ones. It stays with its job.</summary>
    /// <returns>False: it was not open any more; somebody else has seen to it.</returns>
    Task<bool> CloseAsync(FailureRecord failure, CancellationToken cancellationToken);
}
