using CloudIa.Bench.Configuration;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Scenarios;

/// <summary>Jobs one at a time and many at once, at each prefetch count.</summary>
internal sealed class JobsScenario : IScenario
{
    /// <summary>Longer than a delete lingers: one job's requests are not shared with the next.</summary>
    private const int PauseMilliseconds = 30;

    /// <summary>Counting costs time, so these are other jobs than those that are timed.</summary>
    private const int CountedJobs = 10;

    private static readonly Metric P50 = new("alone: p50, ms", "≤ 10");
    private static readonly Metric P95 = new("alone: p95, ms");
    private static readonly Metric AloneCpu = new("alone: CPU a job, ms", "≤ 8");
    private static readonly Metric AloneAllocated = new("alone: allocated a job, kB");
    private static readonly Metric RedisCommands = new("alone: Redis commands a job", "≤ 8");
    private static readonly Metric BurstRate = new("at once: jobs/s", "≥ 800");
    private static readonly Metric BurstCpu = new("at once: CPU a job, ms", "≤ 1.5");
    private static readonly Metric BurstAllocated = new("at once: allocated a job, kB");
    private static readonly RequestMetrics Alone = new("alone", "≤ 24");
    private static readonly RequestMetrics Burst = new("at once", "≤ 2.8");

    public string Name => "jobs";

    public string Title => "Jobs of 8 hops, one at a time and many at once";

    public bool IsCurve => false;

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        P50, P95, .. Alone.All, AloneCpu, AloneAllocated, RedisCommands, BurstRate, .. Burst.All, BurstCpu, BurstAllocated,
    ];

    public async Task RunAsync(BenchRun run)
    {
        foreach (var prefetch in run.Options.Prefetches)
        {
            // Without a broker it is the same at each.
            var subjects = prefetch == run.Options.UsualPrefetch ? run.Subjects : run.OnBroker;
            var groups = new List<(Subject Subject, WorkerGroup Group)>();
            try
            {
                foreach (var subject in subjects)
                {
                    var group = await run.StartGroupAsync(subject, prefetch);
                    groups.Add((subject, group));
                    if (!await run.EndsAsync(subject, $"prefetch {prefetch}", () => WarmAsync(run, group)))
                    {
                        groups.RemoveAt(groups.Count - 1);
                        await group.DisposeAsync();
                    }
                }

                for (var round = 0; round < run.Options.Rounds; round++)
                {
                    await run.SayAsync($"jobs: prefetch {prefetch}, round {round + 1} of {run.Options.Rounds}");
                    foreach (var (subject, group) in BenchRun.Turn(groups, round))
                        await run.EndsAsync(subject, $"prefetch {prefetch}", () => MeasureAsync(run, $"prefetch {prefetch}", subject, group));
                }
            }
            finally
            {
                foreach (var (_, group) in groups)
                    await group.DisposeAsync();
            }
        }
    }

    // Enough for the just-in-time compiler to be done with what is hot.
    private static async Task WarmAsync(BenchRun run, WorkerGroup group)
    {
        await group.RunBurstAsync(run.Options.BurstJobs);
        await group.RunAloneAsync(run.Options.AloneJobs, pauseMilliseconds: 1);
        await group.RunBurstAsync(run.Options.BurstJobs);
    }

    private async Task MeasureAsync(BenchRun run, string setting, Subject subject, WorkerGroup group)
    {
        // The pollers that a burst left behind end with the first message that they do not get.
        await group.RunAloneAsync(CountedJobs, PauseMilliseconds);
        await MeasureAloneAsync(run, setting, subject, group);
        var (took, use) = await group.RunBurstAsync(run.Options.BurstJobs);
        run.Add(Name, setting, subject, BurstRate, run.Options.BurstJobs / took.TotalSeconds);
        run.Add(Name, setting, subject, BurstCpu, use.CpuMilliseconds);
        run.Add(Name, setting, subject, BurstAllocated, use.AllocatedKilobytes);
        Burst.Add(run, Name, setting, subject, use);
    }

    private async Task MeasureAloneAsync(BenchRun run, string setting, Subject subject, WorkerGroup group)
    {
        var (milliseconds, use) = await group.RunAloneAsync(run.Options.AloneJobs, PauseMilliseconds);
        run.Add(Name, setting, subject, P50, Statistics.Percentile(milliseconds, 50));
        run.Add(Name, setting, subject, P95, Statistics.Percentile(milliseconds, 95));
        run.Add(Name, setting, subject, AloneCpu, use.CpuMilliseconds);
        run.Add(Name, setting, subject, AloneAllocated, use.AllocatedKilobytes);
        Alone.Add(run, Name, setting, subject, use);

        await group.TellAsync(WorkerVerb.CountRedis);
        var before = await group.ReportAsync();
        await group.RunAloneAsync(CountedJobs, PauseMilliseconds);
        await group.TellAsync(WorkerVerb.StopCountingRedis);
        run.Add(Name, setting, subject, RedisCommands, new Use(before, await group.ReportAsync(), CountedJobs).RedisCommands);
    }
}
