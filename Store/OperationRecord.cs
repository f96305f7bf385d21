namespace CloudIa.Store;

/// <summary>Something that an operator has done to many things, one after the other.</summary>
public sealed record OperationRecord
{
    /// <summary>How long an ended one is of use: the table's time to live may take it after that.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>A version 7 UUID: its order is that of time.</summary>
    public required Guid Id { get; init; }

    /// <summary>One of <see cref="OperationKinds"/>.</summary>
    public required string Kind { get; init; }

    public required OperationFilter Filter { get; init; }

    /// <summary>At most.</summary>
    public required int RatePerSecond { get; init; }

    /// <summary>The operator.</summary>
    public required string UserId { get; init; }

    /// <summary>What came to be what is looked for after this is not meant.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public OperationState State { get; init; }

    public OperationProgress Progress { get; init; } = new();

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>How far an operation is. Written once a second: what was done in the last one before a kill is not counted.</summary>
public sealed record OperationProgress
{
    public int Found { get; init; }

    public int Done { get; init; }

    /// <summary>Nothing was to be done any more.</summary>
    public int Skipped { get; init; }

    public int Failed { get; init; }

    /// <summary>The last few, the newest first.</summary>
    public IReadOnlyList<OperationFailure> LastFailures { get; init; } = [];
}

/// <param name="Target">What could not be done to: an id.</param>
/// <param name="Code">A word for programs.</param>
public sealed record OperationFailure(string Target, string Code, DateTimeOffset At);

public enum OperationState
{
    Running,
    Done,

    /// <summary>What was done stays done.</summary>
    Cancelled,
}

/// <summary>What can be done to many.</summary>
public static class OperationKinds
{
    public const string RetryDeadLetters = "retry-dead-letters";
    public const string DiscardDeadLetters = "discard-dead-letters";
    public const string CancelJobs = "cancel-jobs";
    public const string RetryJobs = "retry-jobs";
    public const string ExpireJobs = "expire-jobs";

    public static IReadOnlyList<string> All { get; } = [RetryDeadLetters, DiscardDeadLetters, CancelJobs, RetryJobs, ExpireJobs];

    public static bool IsOfDeadLetters(string kind) => kind is RetryDeadLetters or DiscardDeadLetters;
}
