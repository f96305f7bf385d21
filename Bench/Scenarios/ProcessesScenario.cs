using CloudIa.Bench.Configuration;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Scenarios;

/// <summary>The same burst over one, two and more worker processes on the same queues.</summary>
internal sealed class ProcessesScenario : IScenario
{
    private static readonly Metric Rate = new("jobs/s");
    private static readonly Metric AllRequests = new("requests a job");

    public string Name => "processes";

    public string Title => "Throughput over worker processes";

    public bool IsCurve => true;

    public IReadOnlyList<Metric> Metrics { get; } = [Rate, AllRequests];

    public async Task RunAsync(BenchRun run)
    {
        var groups = run.OnBroker.Select(x => (Subject: x, Group: new WorkerGroup(run.Time), Scope: run.NewScope())).ToList();
        try
        {
            for (var processes = 1; processes <= run.Options.MostProcesses; processes++)
            {
                var running = new List<(Subject Subject, WorkerGroup Group)>();
                foreach (var (subject, group, scope) in groups)
                {
                    group.Add(await run.StartWorkerAsync(subject, scope, run.Options.UsualPrefetch));
                    if (await run.EndsAsync(subject, Setting(processes), () => group.RunBurstAsync(run.Options.BurstJobs)))
                        running.Add((subject, group));
                }

                for (var round = 0; round < run.Options.Rounds; round++)
                {
                    await run.SayAsync($"processes: {processes}, round {round + 1} of {run.Options.Rounds}");
                    foreach (var (subject, group) in BenchRun.Turn(running, round))
                        await run.EndsAsync(subject, Setting(processes), () => MeasureAsync(run, Setting(processes), subject, group));
                }
            }
        }
        finally
        {
            foreach (var (_, group, _) in groups)
                await group.DisposeAsync();
        }
    }

    private static string Setting(int processes) => processes == 1 ? "1 process" : $"{processes} processes";

    private async Task MeasureAsync(BenchRun run, string setting, Subject subject, WorkerGroup group)
    {
        var (took, use) = await group.RunBurstAsync(run.Options.BurstJobs);
        run.Add(Name, setting, subject, Rate, run.Options.BurstJobs / took.TotalSeconds);
        run.Add(Name, setting, subject, AllRequests, use.AllRequests);
    }
}
