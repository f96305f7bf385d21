using CloudIa.Bench.Configuration;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;
using CloudIa.Bench.Scenarios;

namespace CloudIa.Bench;

/// <summary>Runs the scenarios and says what they found.</summary>
internal static class BenchProgram
{
    public static async Task RunAsync(BenchOptions options, TextWriter output, TextWriter progress)
    {
        var time = TimeProvider.System;
        var machine = Machine.Read(time);
        await using var standIns = await BenchStandIns.StartAsync(options);
        var run = new BenchRun(options, standIns, progress, time);
        foreach (var scenario in AllScenarios.List.Where(x => options.Only.Count == 0 || options.Only.Contains(x.Name)))
            await scenario.RunAsync(run);

        var result = new BenchResult
        {
            Machine = machine,
            Redis = standIns.RedisName,
            Options = options,
            Subjects = [.. run.Subjects.Select(x => x.Name)],
            Measurements = run.Measurements,
            Notes = run.Notes,
        };
        await ResultFiles.KeepAsync(result, machine, "", options.JsonFile, progress);
        await ResultFiles.ShowAsync(PerformanceDocument.Write(result), PerformanceDocument.Figures, options.WriteDocs, output);
    }
}
