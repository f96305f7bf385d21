namespace CloudIa.Bench.Workers;

/// <summary>A line on a worker's standard output.</summary>
internal sealed record WorkerAnswer
{
    public WorkerStats? Stats { get; init; }

    /// <summary>Of each job, in order.</summary>
    public double[] Milliseconds { get; init; } = [];

    /// <summary>The clock's timestamp when the command was taken.</summary>
    public long Taken { get; init; }

    /// <summary>Where a host listens: its first answer.</summary>
    public string? Address { get; init; }

    public string? Error { get; init; }
}
