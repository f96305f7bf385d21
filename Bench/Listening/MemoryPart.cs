using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Listening;

/// <summary>What one idle connection of a user of its own takes, beside a server that only holds it.</summary>
internal sealed class MemoryPart : IListeningPart
{
    /// <summary>Those open before: what the first ones bring into memory is not theirs.</summary>
    private const int Warm = 200;

    private static readonly (string Setting, string Bare, string Path, string? Hello, Metric Times)[] Wires =
    [
        ("raw WebSocket", ListenerHosts.BareWebSocket, "/ws", null, new Metric("resident, times the bare one", "≤ 1.3")),
        ("SignalR", ListenerHosts.BareSignalR, "/hub", Sockets.SignalRHandshake, new Metric("resident, times the bare one's", "≤ 1.15")),
    ];

    private static readonly Metric Resident = new("resident, kB");
    private static readonly Metric Heap = new("of that managed, kB");

    public string Name => "memory";

    public string Title => "Memory of one idle connection";

    public bool IsCurve => false;

    public IReadOnlyList<Metric> Metrics { get; } = [Resident, Heap, .. Wires.Select(x => x.Times)];

    public async Task RunAsync(ListeningRun run)
    {
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var wire in Wires)
            {
                await run.SayAsync($"memory: {wire.Setting}, round {round + 1} of {run.Options.Rounds}");
                var bare = await MeasureAsync(run, wire.Setting, wire.Bare, ListeningSubjects.Bare, wire.Path, wire.Hello);
                var ours = await MeasureAsync(run, wire.Setting, ListenerHosts.Notifier, ListeningSubjects.Ours, wire.Path, wire.Hello);
                run.Add(Name, wire.Setting, ListeningSubjects.Ours, wire.Times, ours / bare);
            }
        }
    }

    private async Task<double> MeasureAsync(ListeningRun run, string setting, string host, string subject, string path, string? hello)
    {
        await using var process = await run.StartHostAsync(host);
        var warm = await OpenAsync(process, path, 0, Warm, hello);
        var before = await ListeningRun.CollectAsync(process);
        var all = await OpenAsync(process, path, Warm, run.Options.Connections, hello);
        var after = await ListeningRun.CollectAsync(process);
        if (Array.Find([.. warm, .. all], x => x.IsCompleted) is { } ended)
            throw new InvalidOperationException($"A connection that was to be measured did not stay. {host}: {await ended}.");

        var resident = (after.ResidentBytes - before.ResidentBytes) / 1024.0 / run.Options.Connections;
        run.Add(Name, setting, subject, Resident, resident);
        run.Add(Name, setting, subject, Heap, (after.HeapBytes - before.HeapBytes) / 1024.0 / run.Options.Connections);
        return resident;
    }

    private static async Task<Task<string>[]> OpenAsync(WorkerProcess host, string path, int first, int count, string? hello)
    {
        var sockets = await Sockets.OpenManyAsync(host.Address!, path, first, count, hello);
        return [.. sockets.Select(x => Sockets.ReadAsync(x))];
    }
}
