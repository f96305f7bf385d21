using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using CloudIa.Tests.Processor.Fakes;
using StackExchange.Redis;

namespace CloudIa.Tests.Canaries;

/// <summary>Collects all that leaves the processes, and finds in it what should not be there. Metrics and activities are those of the whole test process.</summary>
internal sealed class Outputs : IDisposable
{
    private readonly ConcurrentDictionary<Output, bool> _all = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public Outputs()
    {
        _meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        Measure<byte>();
        Measure<short>();
        Measure<int>();
        Measure<long>();
        Measure<float>();
        Measure<double>();
        Measure<decimal>();
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = x => Add(OutputKind.Activity, ActivityText.Of(x)),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    /// <summary>To be added to a host's logging. Its lines are looked at when something is searched.</summary>
    public LogCollector Logs { get; } = new();

    public IEnumerable<Output> All
    {
        get
        {
            _meters.RecordObservableInstruments();
            return _all.Keys.Concat(Logs.Lines.Select(x => new Output(OutputKind.Log, x)));
        }
    }

    public void Add(OutputKind kind, string text) => _all.TryAdd(new Output(kind, text), true);

    /// <summary>An answer with its headers.</summary>
    public async Task AddAsync(OutputKind kind, HttpResponseMessage answer, CancellationToken cancellationToken) =>
        Add(kind, $"{answer.RequestMessage?.Method} {(int)answer.StatusCode} {answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync(cancellationToken)}");

    /// <summary>All keys that begin so, and their values.</summary>
    public async Task AddRedisAsync(IConnectionMultiplexer redis, string prefix = "")
    {
        foreach (var key in redis.GetServers().SelectMany(x => x.Keys(pattern: $"{prefix}*")).Distinct().ToList())
        {
            Add(OutputKind.RedisKey, $"{key}");
            foreach (var value in await RedisText.OfAsync(redis.GetDatabase(), key))
                Add(RedisText.KindOf($"{key}"), value);
        }
    }

    /// <summary>Where canaries are: their names with what they are in.</summary>
    /// <param name="kinds">None: all.</param>
    public IReadOnlyList<string> Find(IReadOnlyCollection<Canary> canaries, params OutputKind[] kinds) =>
        [.. All.Where(x => kinds.Length == 0 || kinds.Contains(x.Kind)).SelectMany(output => canaries.Where(x => x.IsIn(output.Text)).Select(x => $"{x.Name} in {output.Kind}: {output.Text[..Math.Min(output.Text.Length, 1500)]}"))];

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Measure<T>()
        where T : struct => _meters.SetMeasurementEventCallback<T>((instrument, _, tags, _) =>
        {
            var text = new StringBuilder($"{instrument.Meter.Name} {instrument.Name}");
            foreach (var (key, value) in tags)
                text.Append(' ').Append(key).Append('=').Append(value);
            Add(OutputKind.Metric, text.ToString());
        });
}
