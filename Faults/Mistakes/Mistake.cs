using CloudIa.Faults.Ledger;
using CloudIa.Faults.Proxies;
using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults.Mistakes;

/// <summary>
/// A mistake that the services do not make, made on their behalf: their proxies turn what they ask into what they would ask if they made it. What
/// happens then must show as a finding: otherwise the suite would not see the mistake either.
/// </summary>
/// <param name="Name">For the command line.</param>
/// <param name="Title">For the table.</param>
/// <param name="Scenario">Where it shows.</param>
/// <param name="Shows">As what.</param>
internal sealed record Mistake(string Name, string Title, Scenario Scenario, FindingKind Shows)
{
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    public IReadOnlyList<Rewrite> Rewrites { get; init; } = [];

    public int Jobs { get; init; } = 60;

    public int Kills { get; init; }
}
