namespace CloudIa.Store;

/// <summary>The record of dead letters, each tied to its job. One is open until somebody has seen to it.</summary>
public interface IFailureStore
{
    /// <summary>Writes a failure; the same message's from before is replaced.</summary>
    Task AddAsync(FailureRecord failure, CancellationToken cancellationToken);

    /// <summary>Strongly consistent. Null: there is none, or the id is none.</summary>
    Task<FailureRecord?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>A job's failures, open ones and others, by queue.</summary>
    Task<IReadOnlyList<FailureRecord>> ListOfJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>
    /// A page of failures, the newest first, eventually consistent. One page looks at 1,000 rows at most, however many there are: where few of them match it has fewer
    /// than asked for, perhaps none, and says where to go on.
    /// </summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">It is not one of this list.</exception>
    Task<Page<FailureRecord>> ListAsync(FailureQuery query, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>The newest open ones without their bodies.</summary>
    /// <returns>Next is not null where there are more.</returns>
    Task<Page<FailureRecord>> ListFactsAsync(int atMost, CancellationToken cancellationToken);

    /// <summary>Keeps others from an open failure while it is being sent again.</summary>
    /// <param name="claim">Who does it: one word for each try.</param>
    /// <returns>False: it is not open any more, or somebody else has it; whoever had it for a minute has died.</returns>
    Task<bool> TryClaimAsync(FailureRecord failure, string claim, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>It was sent: takes it out of the open ones. It stays with its job.</summary>
    /// <returns>False: it came back in the meantime, or somebody else has claimed it.</returns>
    Task<bool> CompleteAsync(FailureRecord failure, string claim, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>It was not sent.</summary>
    Task ReleaseAsync(FailureRecord failure, string claim, CancellationToken cancellationToken);

    /// <returns>False: it is not open, or just being sent again.</returns>
    Task<bool> DiscardAsync(FailureRecord failure, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Makes a discarded one open again.</summary>
    /// <returns>False: it is not discarded.</returns>
    Task<bool> RestoreAsync(FailureRecord failure, DateTimeOffset now, CancellationToken cancellationToken);
}
