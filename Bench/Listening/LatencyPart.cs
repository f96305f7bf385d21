using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Bench.Reporting;
using CloudIa.Contracts.Client;

namespace CloudIa.Bench.Listening;

/// <summary>What the durable way costs a listener: until the first token, and between two.</summary>
internal sealed class LatencyPart : IListeningPart
{
    private const int WarmUpAtOnce = 20;
    private const string User = "bench";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private static readonly Metric First = new("until the first token, p50, ms");
    private static readonly Metric Overhead = new("more than direct, times own hops", "≤ 1.25");
    private static readonly Metric Gap = new("between two tokens, p50, ms");
    private static readonly Metric LongGap = new("between two tokens, p99, ms");
    private static readonly Metric PubSub = new("one pub/sub, p50, ms");
    private static readonly Metric GapTimes = new("p99 between two tokens, times (direct + one pub/sub)", "≤ 1.2");

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    public string Name => "latency";

    public string Title => "From POST /chat to the tokens over a WebSocket";

    public bool IsCurve => false;

    public IReadOnlyList<Metric> Metrics { get; } = [First, Overhead, Gap, LongGap, PubSub, GapTimes];

    public async Task RunAsync(ListeningRun run)
    {
        await using var model = await run.StartHostAsync(ListenerHosts.Model);
        var completions = new Uri(model.Address!, "/v1/chat/completions");
        await using var system = await run.StartHostAsync(
            ListenerHosts.System,
            new("Store:TableName", "listening-bench"),
            new("Llm:Providers:0:Type", "openai"),
            new("Llm:Providers:0:BaseUrl", new Uri(model.Address!, "/v1").ToString()),
            new("Llm:Providers:0:ApiKey", "none"),
            new("Llm:Providers:0:Model", SteadyModel.Name));
        await using var hops = await OwnHops.StartAsync(run);
        using var socket = await Sockets.OpenAsync(system.Address!, "/ws", User);
        var arrivals = new ArrivalBoard(run.Time);
        _ = Sockets.ReadAsync(socket, arrivals.Take);

        await run.SayAsync($"latency: warming up with {run.Options.WarmUp} answers of each");
        await WarmUpAsync(run, () => DirectAsync(run, completions));
        await WarmUpAsync(run, () => OursAsync(run, system.Address!, arrivals));
        for (var n = 0; n < run.Options.WarmUp; n++)
            await hops.MeasureAsync();

        for (var round = 0; round < run.Options.Rounds; round++)
        {
            await run.SayAsync($"latency: round {round + 1} of {run.Options.Rounds}");
            List<double[]> direct = [], ours = [];
            List<double> own = [], pubSub = [];
            for (var n = 0; n < run.Options.Answers; n++)
            {
                direct.Add(await DirectAsync(run, completions));
                await Task.Delay(Breath, run.Time);
                ours.Add(await OursAsync(run, system.Address!, arrivals));
                await Task.Delay(Breath, run.Time);
                var (all, published) = await hops.MeasureAsync();
                own.Add(all);
                pubSub.Add(published);
                await Task.Delay(Breath, run.Time);
            }

            Add(run, direct, ours, own, pubSub);
        }
    }

    private static async Task WarmUpAsync(ListeningRun run, Func<Task> answer)
    {
        foreach (var wave in Enumerable.Range(0, run.Options.WarmUp).Chunk(WarmUpAtOnce))
            await Task.WhenAll(wave.Select(_ => answer()));
    }

    private void Add(ListeningRun run, List<double[]> direct, List<double[]> ours, List<double> own, List<double> pubSub)
    {
        var setting = $"{SteadyModel.Tokens} tokens, one each {SteadyModel.Pause.TotalMilliseconds:0} ms";
        void Figure(string subject, Metric metric, double value) => run.Add(Name, setting, subject, metric, value);
        var (firstDirect, firstOurs, hops, published) = (Half(direct.ConvertAll(x => x[0])), Half(ours.ConvertAll(x => x[0])), Half(own), Half(pubSub));
        List<double> gapsDirect = Gaps(direct), gapsOurs = Gaps(ours);
        var longDirect = Statistics.Percentile(gapsDirect, 99);
        Figure(ListeningSubjects.Direct, First, firstDirect);
        Figure(ListeningSubjects.OwnHops, First, hops);
        Figure(ListeningSubjects.Ours, First, firstOurs);
        Figure(ListeningSubjects.Ours, Overhead, (firstOurs - firstDirect) / hops);
        Figure(ListeningSubjects.Direct, Gap, Half(gapsDirect));
        Figure(ListeningSubjects.Ours, Gap, Half(gapsOurs));
        Figure(ListeningSubjects.Direct, LongGap, longDirect);
        Figure(ListeningSubjects.Ours, LongGap, Statistics.Percentile(gapsOurs, 99));
        Figure(ListeningSubjects.OwnHops, PubSub, published);
        Figure(ListeningSubjects.Ours, GapTimes, Statistics.Percentile(gapsOurs, 99) / (longDirect + published));
    }

    private static double Half(List<double> samples) => Statistics.Percentile(samples, 50);

    private static List<double> Gaps(List<double[]> answers) => [.. answers.SelectMany(x => x.Zip(x.Skip(1), (before, after) => after - before))];

    /// <returns>When each token came, in ms from the request.</returns>
    private static async Task<double[]> DirectAsync(ListeningRun run, Uri completions)
    {
        var started = run.Time.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, completions)
        {
            Content = JsonContent.Create(new { model = SteadyModel.Name, stream = true, messages = new[] { new { role = "user", content = "hello" } } }),
        };
        using var patience = new CancellationTokenSource(Patience, run.Time);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        List<double> tokens = [];
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("\"content\"", StringComparison.Ordinal))
                tokens.Add(run.Time.GetElapsedTime(started).TotalMilliseconds);
        }

        return tokens.Count == SteadyModel.Tokens ? [.. tokens] : throw new InvalidOperationException($"The model sent {tokens.Count} tokens and not {SteadyModel.Tokens}.");
    }

    private static async Task<double[]> OursAsync(ListeningRun run, Uri system, ArrivalBoard arrivals)
    {
        var started = run.Time.GetTimestamp();
        arrivals.Clear();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system, "/chat")) { Content = JsonContent.Create(new { message = "hello" }) };
        request.Headers.Add("X-Dev-User", User);
        using var response = await Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var jobId = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobId").GetGuid();
        var deltas = await arrivals.EndOf(jobId).WaitAsync(Patience, run.Time);
        return [.. deltas.Select(x => run.Time.GetElapsedTime(started, x).TotalMilliseconds)];
    }

    /// <summary>When deltas came over the socket.</summary>
    private sealed class ArrivalBoard(TimeProvider time)
    {
        private readonly Lock _lock = new();
        private readonly List<(Guid JobId, long At)> _deltas = [];
        private readonly Dictionary<Guid, TaskCompletionSource<long[]>> _ends = [];

        public void Clear()
        {
            lock (_lock)
            {
                _deltas.Clear();
            }
        }

        /// <summary>The timestamps of a job's deltas, when it has completed.</summary>
        public Task<long[]> EndOf(Guid jobId)
        {
            lock (_lock)
            {
                return End(jobId).Task;
            }
        }

        public void Take(ReadOnlyMemory<byte> frame)
        {
            var at = time.GetTimestamp();
            if (!FrameCheck.IsEvent(frame))
                return;

            var value = ClientEventJson.Deserialize(frame.Span);
            lock (_lock)
            {
                if (value is MessageDelta)
                    _deltas.Add((value.JobId, at));
                else if (value is MessageCompleted)
                    End(value.JobId).TrySetResult([.. _deltas.Where(x => x.JobId == value.JobId).Select(x => x.At)]);
                else if (value is JobError error)
                    End(value.JobId).TrySetException(new InvalidOperationException($"A job of the bench failed: {error.Details}."));
            }
        }

        private TaskCompletionSource<long[]> End(Guid jobId)
        {
            if (!_ends.TryGetValue(jobId, out var end))
                _ends.Add(jobId, end = new TaskCompletionSource<long[]>(TaskCreationOptions.RunContinuationsAsynchronously));
            return end;
        }
    }
}
