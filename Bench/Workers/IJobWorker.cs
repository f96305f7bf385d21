namespace CloudIa.Bench.Workers;

/// <summary>One way to run the jobs: four commands to queues, four events back to a saga.</summary>
internal interface IJobWorker
{
    Task StartAsync();

    /// <summary>Sends the first command of each. Done when SQS has them.</summary>
    Task BeginAsync(IReadOnlyList<Guid> jobs);
}
