namespace CloudIa.Bench.Scenarios;

internal static class AllScenarios
{
    public static IReadOnlyList<IScenario> List { get; } =
        [new JobsScenario(), new IdleScenario(), new ProcessesScenario(), new BacklogScenario()];
}
