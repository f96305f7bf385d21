using CloudIa.Bench.Configuration;
using CloudIa.Bench.Driving;
using CloudIa.Bench.Reporting;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Listening;

/// <summary>One run: what its parts work with, and where their figures go.</summary>
internal sealed class ListeningRun(ListeningOptions options, IReadOnlyDictionary<string, string?> settings, TextWriter progress, TimeProvider time)
{
    private readonly List<Measurement> _measurements = [];

    public ListeningOptions Options => options;

    public TimeProvider Time => time;

    public IReadOnlyList<Measurement> Measurements => _measurements;

    /// <summary>What leads a service to the stand-ins.</summary>
    public IReadOnlyDictionary<string, string?> Settings => settings;

    public Task SayAsync(string text) => progress.WriteLineAsync(text);

    public void Add(string part, string setting, string subject, Metric metric, double value)
    {
        var known = _measurements.Find(x => x.Scenario == part && x.Setting == setting && x.Subject == subject && x.Metric == metric.Name);
        if (known is null)
        {
            known = new Measurement { Scenario = part, Setting = setting, Subject = subject, Metric = metric.Name };
            _measurements.Add(known);
        }

        known.Samples.Add(value);
    }

    /// <param name="host">One of <see cref="ListenerHosts"/>.</param>
    /// <param name="more">Settings besides those of the stand-ins.</param>
    public Task<WorkerProcess> StartHostAsync(string host, params IEnumerable<KeyValuePair<string, string>> more) => WorkerProcess.StartAsync(
        [Subject.OwnProgram, ListenerHosts.Verb, host, .. Settings.Select(x => $"--{x.Key}={x.Value}"), .. more.Select(x => $"--{x.Key}={x.Value}")]);

    public static async Task<WorkerStats> CollectAsync(WorkerProcess host) => await host.ReportAsync(WorkerVerb.Collect);
}
