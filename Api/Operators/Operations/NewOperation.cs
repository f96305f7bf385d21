using System.ComponentModel;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Operations;

/// <summary>Something to be done to many.</summary>
public sealed record NewOperation
{
    public const int MostPerSecond = 100;
    public const int MostJobs = 1_000;

    [Description("'retry-dead-letters', 'discard-dead-letters', 'cancel-jobs', 'expire-jobs' or 'retry-jobs'.")]
    public required string Kind { get; init; }

    [Description("What is meant: all that is said must be so. {} is everything.")]
    public required OperationFilter Filter { get; init; }

    [Description("Do nothing, and say to how many it would be done.")]
    public bool DryRun { get; init; }

    [Description("1–100, at most so many a second; 10 where left out.")]
    public int RatePerSecond { get; init; } = 10;
}
