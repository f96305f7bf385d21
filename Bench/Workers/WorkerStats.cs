namespace CloudIa.Bench.Workers;

/// <summary>What a worker process has done and used since it started.</summary>
internal sealed record WorkerStats
{
    public int Ended { get; init; }

    public long LastEnd { get; init; }

    public double CpuMilliseconds { get; init; }

    public long AllocatedBytes { get; init; }

    public long HeapBytes { get; init; }

    public long ResidentBytes { get; init; }

    public Dictionary<string, long> Requests { get; init; } = [];

    public Dictionary<string, long> RedisCommands { get; init; } = [];
}
