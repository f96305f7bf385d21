using System.ComponentModel;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Operations;

/// <summary>Something that is being done to many, or was.</summary>
public sealed record OperationView
{
    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    public required OperationFilter Filter { get; init; }

    public required int RatePerSecond { get; init; }

    [Description("The operator who began it.")]
    public required string UserId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [Description("'running', 'done' or 'cancelled'.")]
    public required string State { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    [Description("So far. Written about once a second: what was done in the last one before a kill is not counted.")]
    public required int Found { get; init; }

    public required int Done { get; init; }

    [Description("There was nothing to do any more.")]
    public required int Skipped { get; init; }

    public required int Failed { get; init; }

    [Description("The last ten, the newest first.")]
    public required IReadOnlyList<OperationFailure> LastFailures { get; init; }

    internal static OperationView From(OperationRecord operation) => new()
    {
        Id = operation.Id,
        Kind = operation.Kind,
        Filter = operation.Filter,
        RatePerSecond = operation.RatePerSecond,
        UserId = operation.UserId,
        CreatedAt = operation.CreatedAt,
        State = operation.State.ToString().ToLowerInvariant(),
        EndedAt = operation.EndedAt,
        Found = operation.Progress.Found,
        Done = operation.Progress.Done,
        Skipped = operation.Progress.Skipped,
        Failed = operation.Progress.Failed,
        LastFailures = operation.Progress.LastFailures,
    };
}

/// <summary>What an operation would be about.</summary>
public sealed record OperationPreview
{
    public required int Count { get; init; }

    [Description("2,000 were looked at, and there are more.")]
    public required bool IsAtLeast { get; init; }

    [Description("The ids of the first ten.")]
    public required IReadOnlyList<string> Examples { get; init; }
}
