using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Scenarios;

/// <summary>Something to measure. Add one to <see cref="AllScenarios"/>, and tables, JSON and --only know it.</summary>
internal interface IScenario : ITable
{
    Task RunAsync(BenchRun run);
}
