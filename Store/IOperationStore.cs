namespace CloudIa.Store;

/// <summary>Operations on many things, under way and ended.</summary>
public interface IOperationStore
{
    Task AddAsync(OperationRecord operation, CancellationToken cancellationToken);

    /// <summary>Strongly consistent.</summary>
    Task<OperationRecord?> GetAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The newest first; strongly consistent.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<OperationRecord>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Those under way, the oldest first, eventually consistent.</summary>
    IAsyncEnumerable<OperationRecord> ListOpenAsync(CancellationToken cancellationToken);

    /// <returns>Whether it is still to go on.</returns>
    Task<bool> NoteAsync(Guid id, OperationProgress progress, CancellationToken cancellationToken);

    /// <returns>False: it had ended before.</returns>
    Task<bool> EndAsync(Guid id, OperationState state, DateTimeOffset now, CancellationToken cancellationToken);
}
