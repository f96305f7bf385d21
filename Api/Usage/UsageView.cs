using CloudIa.Contracts;

namespace CloudIa.Api.Usage;

/// <summary>What a user used from a day to a day, both included. Days are of UTC.</summary>
public sealed record UsageView
{
    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>All days together.</summary>
    public required UsageTotals Total { get; init; }

    /// <summary>Those on which something was used, the newest first.</summary>
    public required IReadOnlyList<UsageDay> Days { get; init; }
}

/// <summary>One day.</summary>
public sealed record UsageDay
{
    public required DateOnly Date { get; init; }

    public required UsageTotals Total { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<UsageOfModel> Models { get; init; }
}

/// <summary>One model on one day.</summary>
public sealed record UsageOfModel
{
    /// <summary>As its provider named it.</summary>
    public required string Model { get; init; }

    public required UsageTotals Total { get; init; }
}

/// <summary>Calls of models, joined.</summary>
public sealed record UsageTotals
{
    /// <summary>Of models: an answer is one, and so is a call that broke off or was stopped after it had used something.</summary>
    public required int Calls { get; init; }

    /// <summary>Of these: how many gave no answer.</summary>
    public required int BrokenCalls { get; init; }

    public required long InputTokens { get; init; }

    /// <summary>Of the input: what providers said they had from before.</summary>
    public required long CachedInputTokens { get; init; }

    public required long OutputTokens { get; init; }

    /// <summary>Calls whose tokens are estimated, wholly or in part, since the provider did not count.</summary>
    public required int EstimatedCalls { get; init; }

    /// <summary>One for each currency; empty where no call had a price.</summary>
    public required IReadOnlyList<JobCost> Costs { get; init; }

    /// <summary>Calls of models that had no price here: what they cost is not known, and not among the costs.</summary>
    public required int UnpricedCalls { get; init; }
}
