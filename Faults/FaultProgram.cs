using System.Globalization;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Grounds;
using CloudIa.Faults.Reporting;
using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults;

/// <summary>One run, from options to table.</summary>
internal static class FaultProgram
{
    private const int FindingsShown = 20;

    public static async Task<FaultReport> RunAsync(FaultOptions options, TextWriter output, TextWriter progress, TimeProvider time)
    {
        var dice = new Dice(options.Seed);
        var started = time.GetTimestamp();
        await using var ground = await Ground.StartAsync(options, dice, time);
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{ground.Fleet.All.Count} services are up after {time.GetElapsedTime(started).TotalSeconds:0.0} s; what they write is in {ground.Folder}"));

        var scenarios = AllScenarios.List.Where(x => (options.Only.Count == 0 || options.Only.Contains(x.Name)) && (!x.NeedsRedisServer || ground.Redis.CanBeKilled)).ToList();
        var run = new ScenarioRun(ground, options, dice, progress, time);
        List<ScenarioResult> results = [];
        foreach (var scenario in scenarios)
        {
            var jobs = Share(options.Jobs, scenario.Jobs, scenarios.Sum(x => x.Jobs));
            var kills = Share(options.Kills, scenario.Kills, scenarios.Sum(x => x.Kills));
            await progress.WriteLineAsync($"{scenario.Name}: {jobs} jobs, {kills} kills");
            var result = await run.RunAsync(scenario, $"s{results.Count}x{options.Seed}", jobs, kills);
            results.Add(result);
            await TellAsync(progress, result);
            if (result.Findings.Count > 0)
                await File.WriteAllTextAsync(Path.Combine(ground.Folder, $"findings-{result.Name}.txt"), result.Dossier);
        }

        var report = new FaultReport
        {
            Results = results,
            Redis = ground.Redis.Name,
            Services = string.Join(", ", ground.Fleet.All.GroupBy(x => x.Project).Select(x => $"{x.Count()} {x.Key}")),
            Seed = options.Seed,
            Crashes = ground.Fleet.Crashes,
            At = time.GetUtcNow(),
            Took = time.GetElapsedTime(started),
        };
        await output.WriteLineAsync(MarkdownReport.Write(report));
        if (options.WriteDocs)
            await File.WriteAllTextAsync(Checkout.Document, ReliabilityDocument.Replace(await File.ReadAllTextAsync(Checkout.Document), report));
        return report;
    }

    private static int Share(int all, double own, double sum) => sum == 0 ? 0 : (int)Math.Ceiling(all * own / sum);

    private static async Task TellAsync(TextWriter progress, ScenarioResult result)
    {
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"    {result.Jobs} jobs ({string.Join(", ", result.Ends.Select(x => $"{x.Value} {x.Key}"))}), {result.Kills} kills (back in {result.Restart.TotalSeconds:0.0} s), {result.Faults} faults, {result.Refusals} refusals, {result.RepeatedCalls} calls repeated, recovery {result.Recovery.TotalSeconds:0.0} s, took {result.Took.TotalSeconds:0} s, {result.Findings.Count} findings"));
        foreach (var finding in result.Findings.Take(FindingsShown))
            await progress.WriteLineAsync($"    {finding}");
    }
}
