namespace CloudIa.Bench.Jobs;

/// <summary>Queues and keys of one group of workers; no two groups meet.</summary>
internal sealed record Names(string Scope)
{
    public const int Steps = 4;

    public string SagaQueue => $"{Scope}-saga";

    public string KeyPrefix => $"{Scope}-job";

    /// <param name="step">From 1.</param>
    public string StepQueue(int step) => $"{Scope}-step-{step}";
}
