namespace CloudIa.Store;

/// <summary>Which failures are meant. What is null is all the same.</summary>
public sealed record FailureQuery
{
    public FailureState State { get; init; }

    public string? Queue { get; init; }

    public string? Kind { get; init; }

    /// <summary>Whole, as it is recorded.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>Whole, as it is recorded.</summary>
    public string? Place { get; init; }

    public Guid? JobId { get; init; }

    /// <summary>Only those that were collected until then.</summary>
    public DateTimeOffset? Until { get; init; }

    public bool Matches(FailureRecord failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.State == State
            && (Queue ?? failure.Queue) == failure.Queue
            && (Kind ?? failure.Kind) == failure.Kind
            && (ExceptionType ?? failure.ExceptionType) == failure.ExceptionType
            && (Place ?? failure.Place) == failure.Place
            && (JobId ?? failure.JobId) == failure.JobId
            && (Until is not { } until || failure.At <= until);
    }
}
