using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Driving;

/// <summary>What workers used between two reports, for so many jobs.</summary>
internal sealed class Use(IReadOnlyList<WorkerStats> before, IReadOnlyList<WorkerStats> after, int jobs)
{
    public double CpuMilliseconds => Sum(x => x.CpuMilliseconds) / jobs;

    public double AllocatedKilobytes => Sum(x => x.AllocatedBytes) / 1024 / jobs;

    /// <summary>All but polls that brought nothing.</summary>
    public double AllRequests => Actions().Where(x => x != Counting.Requests.EmptyPoll).Sum(Requests);

    public double RedisCommands => Names(x => x.RedisCommands).Sum(name => Sum(x => x.RedisCommands.GetValueOrDefault(name))) / jobs;

    public double Requests(string action) => Sum(x => x.Requests.GetValueOrDefault(action)) / jobs;

    private IEnumerable<string> Actions() => Names(x => x.Requests);

    private IEnumerable<string> Names(Func<WorkerStats, Dictionary<string, long>> counts) => after.SelectMany(x => counts(x).Keys).Distinct();

    private double Sum(Func<WorkerStats, double> of) => after.Sum(of) - before.Sum(of);
}
