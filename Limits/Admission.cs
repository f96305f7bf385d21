namespace CloudIa.Limits;

/// <summary>Whether a request may go on, and what its user has left.</summary>
public sealed record Admission
{
    /// <summary>Nothing is limited.</summary>
    public static readonly Admission Unlimited = new() { Limits = [] };

    /// <summary>Those there are, with what is left after this request.</summary>
    public required IReadOnlyList<LimitState> Limits { get; init; }

    /// <summary>The limit that is in the way; null: none is.</summary>
    public LimitState? Refusal { get; init; }

    /// <summary>Where a job is refused: attempts that hold a place for a while already. Whether they still run is worth a look, now and then.</summary>
    public IReadOnlyList<JobAttempt> Doubtful { get; init; } = [];
}

/// <summary>One limit of one user.</summary>
/// <param name="Quota">How much there is, in all.</param>
/// <param name="Remaining">How much of it is left.</param>
/// <param name="Reset">When more is left than now; null where nobody can tell.</param>
public sealed record LimitState(LimitKind Kind, long Quota, long Remaining, TimeSpan? Reset);

public enum LimitKind
{
    RequestsPerMinute,
    ConcurrentJobs,
    TokensPerDay,
    Connections,
}
