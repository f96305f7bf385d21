using System.Collections.Concurrent;
using CloudIa.Bench.Reporting;
using CloudIa.EventLog;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace CloudIa.Bench.Listening;

/// <summary>Very many idle connections, and beside them listeners whose every frame is checked. In the end each idle one is told something.</summary>
internal sealed class HoldPart : IListeningPart
{
    private const int Devices = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Metric Held = new("connections held");
    private static readonly Metric Frames = new("frames a second");
    private static readonly Metric Lost = new("frames lost, repeated or out of order", "≤ 0");
    private static readonly Metric Closed = new("connections lost", "≤ 0");
    private static readonly Metric Untold = new("idle connections that did not hear their first event", "≤ 0");
    private static readonly Metric Median = new("from the log to the listener, p50, ms");
    private static readonly Metric Late = new("from the log to the listener, p99, ms");

    public string Name => "hold";

    public string Title => "Idle connections and busy listeners of one Notifier";

    public bool IsCurve => false;

    public IReadOnlyList<Metric> Metrics { get; } = [Held, Frames, Lost, Closed, Untold, Median, Late];

    public async Task RunAsync(ListeningRun run)
    {
        var (idleCount, users) = (run.Options.Idle, Math.Max(1, run.Options.Active / Devices));
        await run.SayAsync($"hold: {idleCount} idle connections, {users * Devices} listeners, {run.Options.Seconds} s");
        await using var host = await run.StartHostAsync(ListenerHosts.Notifier);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(run.Settings["Redis:ConnectionString"]!);
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConnectionMultiplexer>(redis).AddEventLog().BuildServiceProvider();
        var log = services.GetRequiredService<IEventLog>();

        var told = new ConcurrentDictionary<int, bool>();
        var idle = await Sockets.OpenManyAsync(host.Address!, "/ws", 0, idleCount);
        var reading = idle.Select((x, n) => Sockets.ReadAsync(x, frame => Tell(told, n, frame))).ToList();
        var jobs = Enumerable.Range(0, users).Select(n => new BenchJob(log, $"active-{n}", run.Time)).ToList();
        var listeners = new List<FrameCheck>();
        foreach (var job in jobs)
        {
            for (var device = 0; device < Devices; device++)
            {
                var check = new FrameCheck(job.JobId, run.Time);
                listeners.Add(check);
                reading.Add(Sockets.ReadAsync(await Sockets.OpenAsync(host.Address!, "/ws", job.User), check.Take));
            }
        }

        var started = run.Time.GetTimestamp();
        await Task.WhenAll(jobs.Select(x => x.WriteAsync((int)(run.Options.Seconds / Pause.TotalSeconds), Pause)));
        var took = run.Time.GetElapsedTime(started);
        await UntilAsync(() => listeners.TrueForAll(x => x.Ended), run.Time);
        await Parallel.ForAsync(0, idleCount, async (n, token) => await log.AcceptAsync($"idle-{n}", BenchJob.Accepted(Guid.CreateVersion7(run.Time.GetUtcNow()), run.Time), token));
        await UntilAsync(() => told.Count == idleCount, run.Time);

        var setting = $"{idleCount} idle, {users * Devices} listening";
        var delays = listeners.SelectMany(x => x.Milliseconds).ToList();
        run.Add(Name, setting, ListeningSubjects.Ours, Held, reading.Count(x => !x.IsCompleted));
        run.Add(Name, setting, ListeningSubjects.Ours, Frames, listeners.Sum(x => x.Frames) / took.TotalSeconds);
        run.Add(Name, setting, ListeningSubjects.Ours, Lost, jobs.Zip(listeners.Chunk(Devices)).Sum(x => x.Second.Sum(y => y.Wrong + Math.Abs(x.First.Events - y.Frames))));
        run.Add(Name, setting, ListeningSubjects.Ours, Closed, reading.Count(x => x.IsCompleted));
        run.Add(Name, setting, ListeningSubjects.Ours, Untold, idleCount - told.Count);
        run.Add(Name, setting, ListeningSubjects.Ours, Median, Statistics.Percentile(delays, 50));
        run.Add(Name, setting, ListeningSubjects.Ours, Late, Statistics.Percentile(delays, 99));
        foreach (var socket in idle)
            socket.Abort();
    }

    private static void Tell(ConcurrentDictionary<int, bool> told, int n, ReadOnlyMemory<byte> frame)
    {
        if (FrameCheck.IsEvent(frame))
            told.TryAdd(n, true);
    }

    /// <summary>What does not come is a figure, and no reason to lose the others.</summary>
    private static async Task UntilAsync(Func<bool> condition, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (!condition() && time.GetElapsedTime(started) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
    }
}
