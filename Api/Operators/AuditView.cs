using System.ComponentModel;
using CloudIa.Store;

namespace CloudIa.Api.Operators;

/// <summary>One thing that an operator did.</summary>
public sealed record AuditView
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    [Description("The operator.")]
    public required string UserId { get; init; }

    [Description("Such as 'circuit.isolate'.")]
    public required string Action { get; init; }

    [Description("What it was done to.")]
    public required string Target { get; init; }

    [Description("'done', 'failed', or 'begun' where it is not known (yet).")]
    public required string Outcome { get; init; }

    internal static AuditView From(AuditRecord entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        UserId = entry.UserId,
        Action = entry.Action,
        Target = entry.Target,
        Outcome = entry.Outcome switch
        {
            AuditOutcome.Done => "done",
            AuditOutcome.Failed => "failed",
            _ => "begun",
        },
    };
}
