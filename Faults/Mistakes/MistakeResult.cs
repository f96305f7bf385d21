using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults.Mistakes;

/// <summary>What came of one mistake.</summary>
internal sealed record MistakeResult
{
    public required Mistake Mistake { get; init; }

    /// <summary>How often it was made: one that never was proves nothing.</summary>
    public required int Made { get; init; }

    public required ScenarioResult Result { get; init; }

    public bool IsCaught => Made > 0 && Result.Count(Mistake.Shows) > 0;
}
