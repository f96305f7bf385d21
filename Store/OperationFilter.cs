namespace CloudIa.Store;

/// <summary>What an operation is about. What is null is all the same; what is said must all be so. Stored as JSON: names stay as they are.</summary>
public sealed record OperationFilter
{
    /// <summary>Of dead letters, as is the next.</summary>
    public string? Queue { get; init; }

    public string? Kind { get; init; }

    public string? Exception { get; init; }

    public string? Place { get; init; }

    /// <summary>The job that a dead letter is of.</summary>
    public Guid? Job { get; init; }

    /// <summary>Jobs themselves.</summary>
    public IReadOnlyList<Guid>? Jobs { get; init; }

    /// <summary>Of jobs, as are the following: <c>open</c>, <c>failed</c>, <c>cancelled</c> or <c>expired</c>.</summary>
    public string? State { get; init; }

    public string? User { get; init; }

    public Guid? Chat { get; init; }

    public string? FailureCode { get; init; }

    /// <summary>Accepted so long before the operation was.</summary>
    public TimeSpan? OlderThan { get; init; }
}
