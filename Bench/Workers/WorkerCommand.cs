namespace CloudIa.Bench.Workers;

/// <summary>A line on a worker's standard input; it answers each with one line.</summary>
internal sealed record WorkerCommand(WorkerVerb Do)
{
    public int Jobs { get; init; }

    /// <summary>Between two jobs that run one at a time: each finds the machine quiet.</summary>
    public int PauseMilliseconds { get; init; }
}
