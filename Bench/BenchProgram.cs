using System.Globalization;
using System.Text.Json;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;
using CloudIa.Bench.Scenarios;

namespace CloudIa.Bench;

/// <summary>Runs the scenarios and says what they found.</summary>
internal static class BenchProgram
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

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
        await output.WriteLineAsync($"{PerformanceDocument.Conditions(result)}\n\n{MarkdownReport.Write(result)}");
        await progress.WriteLineAsync($"Figures: {await KeepAsync(result)}");
        if (options.WriteDocs)
        {
            var document = await File.ReadAllTextAsync(Checkout.Document);
            await File.WriteAllTextAsync(Checkout.Document, PerformanceDocument.Replace(document, result));
        }
    }

    private static async Task<string> KeepAsync(BenchResult result)
    {
        var file = Path.GetFullPath(result.Options.JsonFile ?? Path.Combine(Checkout.ResultsFolder,
            string.Create(CultureInfo.InvariantCulture, $"{result.Machine.At:yyyyMMdd-HHmmss}.json")));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Json));
        return file;
    }
}
