using System.Globalization;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Jobs;
using CloudIa.Bench.Reporting;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Scenarios;

/// <summary>A worker whose consumers are stuck, and ever more messages that wait for it: its memory must not follow.</summary>
internal sealed class BacklogScenario : IScenario
{
    private const int Portion = 2_000;

    private static readonly Metric Heap = new("heap after a collection, MB", "flat");
    private static readonly Metric Resident = new("resident, MB", "flat");

    public string Name => "backlog";

    public string Title => "Memory over a backlog";

    public bool IsCurve => true;

    public IReadOnlyList<Metric> Metrics { get; } = [Heap, Resident];

    public async Task RunAsync(BenchRun run)
    {
        foreach (var subject in run.OnBroker)
        {
            var names = new Names(run.NewScope());
            await using var receiver = new WorkerGroup(run.Time);
            receiver.Add(await run.StartWorkerAsync(subject, names.Scope, run.Options.UsualPrefetch));
            await using var sender = new WorkerGroup(run.Time);
            sender.Add(await run.StartWorkerAsync(subject, names.Scope, run.Options.UsualPrefetch, receives: false));
            await receiver.RunBurstAsync(run.Options.BurstJobs);
            await receiver.TellAsync(WorkerVerb.Hold);
            await MeasureAsync(run, subject, receiver, sender);
            // The stand-in keeps messages in memory.
            await run.StandIns.PurgeAsync(names.StepQueue(1));
        }
    }

    private async Task MeasureAsync(BenchRun run, Subject subject, WorkerGroup receiver, WorkerGroup sender)
    {
        var waiting = 0;
        foreach (var depth in run.Options.Backlogs)
        {
            await run.SayAsync($"backlog: {subject.Name}, {depth}");
            for (; waiting < depth; waiting += Portion)
                await sender.BeginAsync(Math.Min(Portion, depth - waiting));
            waiting = depth;
            await Task.Delay(TimeSpan.FromSeconds(2), run.Time);
            var stats = (await receiver.ReportAsync(WorkerVerb.Collect))[0];
            var setting = string.Create(CultureInfo.InvariantCulture, $"{depth:N0} waiting");
            run.Add(Name, setting, subject, Heap, stats.HeapBytes / 1024d / 1024);
            run.Add(Name, setting, subject, Resident, stats.ResidentBytes / 1024d / 1024);
        }
    }
}
