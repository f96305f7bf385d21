namespace CloudIa.Store;

/// <summary>What somebody did, or tried to do, by the right of an operator. Never what a user said, and no key.</summary>
public sealed record AuditRecord
{
    /// <summary>How long a row is of use: the table's time to live may take it after that.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    public required Guid Id { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The operator's user id.</summary>
    public required string UserId { get; init; }

    /// <summary>A word for programs, such as <c>circuit.isolate</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to: an id, or a name out of the configuration.</summary>
    public required string Target { get; init; }

    public AuditOutcome Outcome { get; init; }
}

public enum AuditOutcome
{
    /// <summary>Asked for; what came of it is not known, or not yet.</summary>
    Begun,

    Done,

    /// <summary>It failed, perhaps after it had some effect.</summary>
    Failed,
}
