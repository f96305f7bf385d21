using CloudIa.Faults.Load;
using CloudIa.Faults.Model;

namespace CloudIa.Faults.Scenarios;

/// <summary>One kind of trouble.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Title">For the table.</param>
/// <param name="BreakAsync">Makes the trouble until <see cref="ScenarioContext.CheckDone"/>. What it leaves switched on is healed after it.</param>
internal sealed record Scenario(string Name, string Title, Func<ScenarioContext, Task> BreakAsync)
{
    public LoadShape Shape { get; init; } = new();

    public ModelFaults Model { get; init; } = ModelFaults.None;

    /// <summary>Its share of all jobs, against the others'.</summary>
    public double Jobs { get; init; } = 1;

    /// <summary>Its share of all kills; 0: it kills nobody.</summary>
    public double Kills { get; init; }

    /// <summary>How often its trouble comes at least, where it comes again and again.</summary>
    public int Rounds { get; init; }

    /// <summary>Jobs may end without an answer, because the model has none or too late.</summary>
    public bool MayFail => Model != ModelFaults.None;

    /// <summary>It needs a redis-server of its own.</summary>
    public bool NeedsRedisServer { get; init; }
}
