using CloudIa.Bench.Configuration;
using CloudIa.Bench.Counting;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Scenarios;

/// <summary>Requests a job, by action.</summary>
internal sealed class RequestMetrics(string when, string goal)
{
    private readonly Metric _all = new($"{when}: requests a job", goal);
    private readonly Dictionary<string, Metric> _actions = new[]
    {
        Requests.Send, Requests.Publish, Requests.Poll, Requests.Delete, Requests.EmptyPoll,
    }.ToDictionary(x => x, x => new Metric($"{when}: {x} a job"));

    public IEnumerable<Metric> All => [_all, .. _actions.Values];

    public void Add(BenchRun run, string scenario, string setting, Subject subject, Use use)
    {
        if (!subject.HasBroker)
            return;

        run.Add(scenario, setting, subject, _all, use.AllRequests);
        foreach (var (action, metric) in _actions)
            run.Add(scenario, setting, subject, metric, use.Requests(action));
    }
}
