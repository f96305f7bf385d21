using System.ComponentModel;
using CloudIa.Api.Usage;

namespace CloudIa.Api.Operators.Usage;

/// <summary>What all users used from a day to a day, both included. Days are of UTC.</summary>
public sealed record OperatorUsageView
{
    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    public required UsageTotals Total { get; init; }

    [Description("By day the newest first, else what used the most tokens first; 1,000 at most.")]
    public required IReadOnlyList<UsagePart> Items { get; init; }

    [Description("There are more than are shown; the total has all.")]
    public required bool IsPartial { get; init; }
}

/// <summary>One day, user or model.</summary>
public sealed record UsagePart
{
    [Description("The day, the user's id, or the model's name.")]
    public required string Key { get; init; }

    public required UsageTotals Total { get; init; }
}
