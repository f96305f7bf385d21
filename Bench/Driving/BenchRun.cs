using CloudIa.Bench.Configuration;
using CloudIa.Bench.Reporting;
using CloudIa.Bench.Workers;

namespace CloudIa.Bench.Driving;

/// <summary>One run: what scenarios work with, and where their figures go.</summary>
internal sealed class BenchRun(BenchOptions options, BenchStandIns standIns, TextWriter progress, TimeProvider time)
{
    private readonly List<Measurement> _measurements = [];
    private readonly List<string> _notes = [];
    private int _scopes;

    public BenchOptions Options => options;

    public BenchStandIns StandIns => standIns;

    public TimeProvider Time => time;

    public IReadOnlyList<Measurement> Measurements => _measurements;

    /// <summary>What a reader of the tables has to know, such as who did not get to the end.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The floor first: the others are measured against it.</summary>
    public IReadOnlyList<Subject> Subjects { get; } = [Subject.Floor, Subject.Bus, .. options.Compared, Subject.Memory];

    public IReadOnlyList<Subject> OnBroker => [.. Subjects.Where(x => x.HasBroker)];

    /// <summary>Subjects in another order each round, so that none always follows the same one.</summary>
    public static IEnumerable<T> Turn<T>(IReadOnlyList<T> subjects, int round) =>
        Enumerable.Range(0, subjects.Count).Select(x => subjects[(x + round) % subjects.Count]);

    /// <summary>Queues of one's own.</summary>
    public string NewScope() => $"b{++_scopes}";

    public Task<WorkerProcess> StartWorkerAsync(Subject subject, string scope, int prefetch, bool receives = true) =>
        WorkerProcess.StartAsync(subject, new WorkerOptions
        {
            Variant = subject.Variant,
            Scope = scope,
            Prefetch = prefetch,
            Sqs = standIns.Sqs.ToString(),
            Redis = standIns.Redis,
            Outbox = options.Outbox,
            Receives = receives,
        });

    public async Task<WorkerGroup> StartGroupAsync(Subject subject, int prefetch)
    {
        var group = new WorkerGroup(time);
        group.Add(await StartWorkerAsync(subject, NewScope(), prefetch));
        return group;
    }

    /// <summary>Adds a sample to a figure.</summary>
    public void Add(string scenario, string setting, Subject subject, Metric metric, double value)
    {
        var known = _measurements.Find(x =>
            x.Scenario == scenario && x.Setting == setting && x.Subject == subject.Name && x.Metric == metric.Name);
        if (known is null)
        {
            known = new Measurement { Scenario = scenario, Setting = setting, Subject = subject.Name, Metric = metric.Name };
            _measurements.Add(known);
        }

        known.Samples.Add(value);
    }

    public Task SayAsync(string text) => progress.WriteLineAsync(text);

    /// <summary>Measures a subject. Another build may lose jobs: that is a finding to note, and no reason to lose the others' figures.</summary>
    public async Task<bool> EndsAsync(Subject subject, string setting, Func<Task> measure)
    {
        try
        {
            await measure();
            return true;
        }
        catch (TimeoutException exception) when (Options.Compared.Contains(subject))
        {
            var note = $"{subject.Name}, {setting}: {exception.Message}";
            _notes.Add(note);
            await SayAsync(note);
            return false;
        }
    }
}
