namespace CloudIa.Store;

/// <summary>The log of what operators did. A row is written before the action, so that nothing is done unseen, and once more with its outcome.</summary>
public interface IAuditStore
{
    Task AddAsync(AuditRecord entry, CancellationToken cancellationToken);

    /// <summary>Notes what came of it. Twice is once.</summary>
    Task EndAsync(AuditRecord entry, AuditOutcome outcome, CancellationToken cancellationToken);

    /// <summary>The newest first; strongly consistent.</summary>
    /// <param name="limit">At most so many, from 1.</param>
    /// <param name="cursor">The page's before, or null for the first.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<AuditRecord>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken);
}
