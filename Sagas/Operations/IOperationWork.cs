using CloudIa.Store;

namespace CloudIa.Sagas.Operations;

/// <summary>One kind of operation: what it is about, and what is done to one of it. Both may be repeated: a worker that follows one that was killed begins anew.</summary>
internal interface IOperationWork
{
    /// <summary>One of <see cref="OperationKinds"/>.</summary>
    string Kind { get; }

    /// <summary>The fields of the filter that are wrong for it, and why.</summary>
    IEnumerable<(string Field, string Problem)> Problems(OperationFilter filter);

    /// <summary>The ids of what is meant now. Each item that was looked at and is not meant is a null, so that a search can be bounded.</summary>
    IAsyncEnumerable<string?> FindAsync(OperationRecord operation, CancellationToken cancellationToken);

    /// <summary>Looks at it once more, and does it.</summary>
    Task<ItemResult> DoAsync(string target, OperationRecord operation, CancellationToken cancellationToken);
}

/// <summary>What became of one item.</summary>
internal enum ItemResult
{
    Done,

    /// <summary>There was nothing to do any more.</summary>
    Skipped,

    /// <summary>Somebody else is at it, or died at it: it has to be looked at again.</summary>
    Later,
}
