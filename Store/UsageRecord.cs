using CloudIa.Contracts;

namespace CloudIa.Store;

/// <summary>What one call of a model used: an answer's, or that of a call that broke off.</summary>
public sealed record UsageRecord
{
    public required string UserId { get; init; }

    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>When the call ended. With the job it says which call that was.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Model { get; init; }

    public required TokenUsage Usage { get; init; }

    /// <summary>Null: the model has no price.</summary>
    public JobCost? Cost { get; init; }

    /// <summary>Nothing came of it: the model broke off, or was stopped.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Of UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);
}
