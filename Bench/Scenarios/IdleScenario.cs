using CloudIa.Bench.Configuration;
using CloudIa.Bench.Counting;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Jobs;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Scenarios;

/// <summary>What a worker costs that has been busy and has nothing to do any more. All wait at the same time.</summary>
internal sealed class IdleScenario : IScenario
{
    /// <summary>Those of the steps, and the saga's.</summary>
    private const int Endpoints = Names.Steps + 1;

    /// <summary>Longer than a long poll: what a burst left behind has ended.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(25);

    private static readonly Metric EmptyPolls = new("empty polls a minute and endpoint", "≤ 3");
    private static readonly Metric Cpu = new("CPU a minute, ms");

    public string Name => "idle";

    public string Title => "Idle after a burst";

    public bool IsCurve => false;

    public IReadOnlyList<Metric> Metrics { get; } = [EmptyPolls, Cpu];

    public async Task RunAsync(BenchRun run)
    {
        await run.SayAsync($"idle: {run.Options.Idle + Lull}");
        var groups = new List<(Subject Subject, WorkerGroup Group)>();
        try
        {
            foreach (var subject in run.OnBroker)
            {
                groups.Add((subject, await run.StartGroupAsync(subject, run.Options.UsualPrefetch)));
                await groups[^1].Group.RunBurstAsync(run.Options.BurstJobs);
            }

            await Task.Delay(Lull, run.Time);
            await Task.WhenAll(groups.Select(x => MeasureAsync(run, x.Subject, x.Group)));
        }
        finally
        {
            foreach (var (_, group) in groups)
                await group.DisposeAsync();
        }
    }

    private async Task MeasureAsync(BenchRun run, Subject subject, WorkerGroup group)
    {
        var before = await group.ReportAsync();
        await Task.Delay(run.Options.Idle, run.Time);
        var use = new Use(before, await group.ReportAsync(), 1);
        lock (run)
        {
            var setting = $"prefetch {run.Options.UsualPrefetch}";
            run.Add(Name, setting, subject, EmptyPolls, use.Requests(Requests.EmptyPoll) / run.Options.Idle.TotalMinutes / Endpoints);
            run.Add(Name, setting, subject, Cpu, use.CpuMilliseconds / run.Options.Idle.TotalMinutes);
        }
    }
}
