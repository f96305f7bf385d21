using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults.Reporting;

/// <summary>A whole run.</summary>
internal sealed record FaultReport
{
    public required IReadOnlyList<ScenarioResult> Results { get; init; }

    public required string Redis { get; init; }

    public required string Services { get; init; }

    public required int Seed { get; init; }

    /// <summary>Ends of services that nobody had asked for.</summary>
    public required int Crashes { get; init; }

    public required DateTimeOffset At { get; init; }

    public required TimeSpan Took { get; init; }

    public int Findings => Results.Sum(x => x.Findings.Count);
}
