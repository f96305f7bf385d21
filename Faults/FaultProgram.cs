using System.Globalization;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Grounds;
using CloudIa.Faults.Mistakes;
using CloudIa.Faults.Reporting;
using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults;

/// <summary>One run, from options to table.</summary>
internal static class FaultProgram
{
    private const int FindingsShown = 20;
    private const int MistakeFindingsShown = 3;

    /// <summary>Longer than what a service without the mistake takes to mend it.</summary>
    private static readonly TimeSpan MistakePatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan MistakeReadPatience = TimeSpan.FromSeconds(10);

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
        var table = MarkdownReport.Write(report);
        await output.WriteLineAsync(table);
        if (options.WriteDocs)
            await File.WriteAllTextAsync(Checkout.Document, ReliabilityDocument.Figures.Replace(await File.ReadAllTextAsync(Checkout.Document), table));
        return report;
    }

    /// <summary>Each mistake on a ground of its own: what it spoils stays spoiled.</summary>
    public static async Task<IReadOnlyList<MistakeResult>> RunMistakesAsync(FaultOptions options, IReadOnlyList<string> names, TextWriter progress, TimeProvider time)
    {
        List<MistakeResult> results = [];
        foreach (var mistake in AllMistakes.List.Where(x => names.Count == 0 || names.Contains(x.Name)))
        {
            var dice = new Dice(options.Seed);
            await using var ground = await Ground.StartAsync(options, dice, time, mistake);
            var run = new ScenarioRun(ground, options with { Patience = MistakePatience, ReadPatience = MistakeReadPatience }, dice, progress, time);
            await progress.WriteLineAsync($"{mistake.Name}: {mistake.Title}; {mistake.Scenario.Title}");
            var result = await run.RunAsync(mistake.Scenario, $"m{results.Count}x{options.Seed}", mistake.Jobs, mistake.Kills);
            await TellAsync(progress, result, MistakeFindingsShown);
            await File.WriteAllTextAsync(Path.Combine(ground.Folder, $"findings-{mistake.Name}.txt"), result.Dossier);
            results.Add(new() { Mistake = mistake, Made = ground.Fleet.Mistakes, Result = result });
        }

        return results;
    }

    private static int Share(int all, double own, double sum) => sum == 0 ? 0 : (int)Math.Ceiling(all * own / sum);

    private static async Task TellAsync(TextWriter progress, ScenarioResult result, int shown = FindingsShown)
    {
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"    {result.Jobs} jobs ({string.Join(", ", result.Ends.Select(x => $"{x.Value} {x.Key}"))}), {result.Kills} kills (back in {result.Restart.TotalSeconds:0.0} s), {result.Faults} faults, {result.Refusals} refusals, {result.RepeatedCalls} calls repeated, recovery {result.Recovery.TotalSeconds:0.0} s, took {result.Took.TotalSeconds:0} s, {result.Findings.Count} findings"));
        foreach (var finding in result.Findings.Take(shown))
            await progress.WriteLineAsync($"    {finding}");
    }
}
