using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Scenarios;

/// <summary>Something to measure. Add one to <see cref="AllScenarios"/>, and tables, JSON and --only know it.</summary>
internal interface IScenario
{
    string Name { get; }

    /// <summary>Of its table.</summary>
    string Title { get; }

    /// <summary>In the order of the table's rows.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>True: one table, with a row for each setting. False: a table for each setting.</summary>
    bool IsCurve { get; }

    Task RunAsync(BenchRun run);
}
