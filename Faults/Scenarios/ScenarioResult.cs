using CloudIa.Faults.Ledger;

namespace CloudIa.Faults.Scenarios;

/// <summary>What came of one scenario.</summary>
internal sealed record ScenarioResult
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>Accepted with 202.</summary>
    public required int Jobs { get; init; }

    public required int Kills { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Calls of the model beyond one for each job that needed one.</summary>
    public required int RepeatedCalls { get; init; }

    public required int Calls { get; init; }

    /// <summary>From the end of the trouble to the last job's end.</summary>
    public required TimeSpan Recovery { get; init; }

    public required IReadOnlyDictionary<EndState, int> Ends { get; init; }

    /// <summary>POSTs that were answered with something else than 202, or not at all.</summary>
    public required int Refusals { get; init; }

    /// <summary>Requests that were tampered with, pauses, restarts of Redis.</summary>
    public required int Faults { get; init; }

    /// <summary>Median time of a kill until ready again.</summary>
    public required TimeSpan Restart { get; init; }

    public required IReadOnlyDictionary<string, int> HitPoints { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>Of what was found.</summary>
    public required string Dossier { get; init; }

    public int Count(FindingKind kind) => Findings.Count(x => x.Kind == kind);
}
