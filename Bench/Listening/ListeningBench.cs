using System.Globalization;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Reporting;
using CloudIa.Local;
using CloudIa.Local.StandIns;
using Microsoft.Extensions.Configuration;

namespace CloudIa.Bench.Listening;

/// <summary>What listeners wait for, and what they cost.</summary>
internal static class ListeningBench
{
    public static IReadOnlyList<IListeningPart> Parts { get; } = [new LatencyPart(), new MemoryPart(), new HoldPart()];

    public static async Task RunAsync(ListeningOptions options, TextWriter output, TextWriter progress)
    {
        var time = TimeProvider.System;
        var machine = Machine.Read(time);

        // Garnet runs in this process, beside what it would be measured with: redis-server where there is one.
        await using var redis = RedisServerStandIn.IsAvailable ? await RedisServerStandIn.StartAsync(new StandInOptions()) : null;
        await using var environment = await LocalEnvironment.StartAsync(new LocalEnvironmentOptions
        {
            InstallFolder = Checkout.DataFolder,
            Configured = redis is null ? null : new ConfigurationBuilder().AddInMemoryCollection([new("Redis:ConnectionString", redis.ConnectionString)]).Build(),
        });
        var settings = new Dictionary<string, string?>(environment.Values);
        if (redis is not null)
            settings["Redis:ConnectionString"] = redis.ConnectionString;

        var run = new ListeningRun(options, settings, progress, time);
        foreach (var part in Parts.Where(x => options.Only.Count == 0 || options.Only.Contains(x.Name)))
            await part.RunAsync(run);

        await ResultFiles.KeepAsync(new ListeningResult { Machine = machine, Options = options, Measurements = run.Measurements }, machine, "-listening", options.JsonFile, progress);
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{PerformanceDocument.Conditions(machine)}; fauxqs, dynoxide and {(redis is null ? "Garnet" : "redis-server")} on the same machine. {options.Rounds} rounds.\n\n" +
            $"{MarkdownReport.Write(Parts, run.Measurements, ListeningSubjects.All)}");
        await ResultFiles.ShowAsync(text, PerformanceDocument.ListeningFigures, options.WriteDocs, output);
    }
}
