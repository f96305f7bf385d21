using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Notifier;

/// <summary>Two replicas over one Redis, of which one goes away with a thousand listeners.</summary>
public sealed class ReconnectStormTests(StandInsFixture standIns) : IAsyncLifetime
{
    private const int Users = 50;
    private const int Devices = 20;
    private const int Steady = 10;
    private const int Before = 3;
    private const int After = 7;

    private readonly List<NotifierHost> _hosts = [];
    private readonly List<ConnectionMultiplexer> _redis = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var prefix = standIns.UniqueName() + ":";
        for (var i = 0; i < 2; i++)
        {
            var redis = await ConnectionMultiplexer.ConnectAsync(await standIns.GarnetConnectionString());
            _redis.Add(redis);
            _hosts.Add(await NotifierHost.StartOverAsync(services =>
            {
                services.AddSingleton<IConnectionMultiplexer>(redis);
                services.AddEventLog(x => x.KeyPrefix = prefix);
            }));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        foreach (var redis in _redis)
        {
            await redis.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_thousand_listeners_come_over_at_once_and_neither_they_nor_those_that_were_there_miss_anything()
    {
        var (leaving, staying) = (_hosts[0], _hosts[1]);
        var jobs = Enumerable.Range(0, Users + Steady).Select(n => new RunningJob(staying, $"user-{n}")).ToArray();
        var steady = await Task.WhenAll(jobs[Users..].Select(job => OpenAsync(staying, job.Record)));
        var coming = await Task.WhenAll(jobs[..Users].SelectMany(job => Enumerable.Range(0, Devices).Select(_ => OpenAsync(leaving, job.Record))));
        await Task.WhenAll(jobs.Select(x => x.BeginAsync(Before)));
        await Task.WhenAll(coming.Concat(steady).Select(x => x.UntilAsync(Before + 2)));
        Channels(leaving).ShouldBe(Users, "one subscription a user and replica, whatever the user's devices");
        Channels(staying).ShouldBe(Steady);

        var stopping = leaving.StopAsync();
        var writing = Task.WhenAll(jobs.Select(x => x.FinishAsync(After)));
        await Task.WhenAll(coming.Select(x => x.GoOverAsync(staying)));

        await Task.WhenAll(coming.Concat(steady).Select(x => x.UntilAsync(Before + After + 3)));
        await writing;
        await stopping;
        foreach (var listener in coming.Concat(steady))
        {
            listener.Seen.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, Before + After + 3).Select(x => (long)x));
            listener.Seen.ShouldAllBe(x => x.JobId == listener.JobId);
        }

        steady.ShouldAllBe(x => x.Client.Socket.State == System.Net.WebSockets.WebSocketState.Open);
        Channels(staying).ShouldBe(Users + Steady);
        staying.Logs.Lines.ShouldAllBe(x => !x.Contains("took nothing", StringComparison.Ordinal));
        foreach (var listener in coming.Concat(steady))
        {
            listener.Client.Dispose();
        }

        await Eventually.Is(() => Channels(staying) == 0);
    }

    private static int Channels(NotifierHost host) => ((RedisEventFeed)host.Services.GetRequiredService<IEventFeed>()).Channels;

    private async Task<Device> OpenAsync(NotifierHost host, JobRecord job)
    {
        _hosts.ForEach(x => x.Jobs.Put(job));
        var client = await host.ConnectAsync(job.UserId);
        await client.ReadStatusAsync("connected");
        return new Device(job, client);
    }

    /// <summary>One listener, which does what the documents tell it to.</summary>
    private sealed class Device(JobRecord job, WebSocketClient client)
    {
        public Guid JobId => job.JobId;

        public WebSocketClient Client { get; private set; } = client;

        public List<ClientEvent> Seen { get; } = [];

        public async Task UntilAsync(long seq)
        {
            while (Seen.Count == 0 || Seen[^1].Seq < seq)
            {
                Add(await Client.ReadEventsAsync(_ => true));
            }
        }

        public async Task GoOverAsync(NotifierHost host)
        {
            while (await Client.ReadTextAsync() is { } text)
            {
                Add([ClientEventJson.Deserialize(System.Text.Encoding.UTF8.GetBytes(text))]);
            }

            ((int?)Client.Socket.CloseStatus).ShouldBe(1001);
            await Client.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, Token);
            Client.Dispose();
            Client = await host.ConnectAsync(job.UserId);
            await Client.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}","lastSeq":{{Seen[^1].Seq}}}""");
        }

        private void Add(List<ClientEvent> events) => Seen.AddRange(events.Where(x => Seen.Count == 0 || x.Seq > Seen[^1].Seq));
    }

    /// <summary>A job whose answer is written as Processor does.</summary>
    private sealed class RunningJob(NotifierHost host, string user)
    {
        private readonly ChatJob _job = new(host.Log, user);
        private readonly IEventLog _log = host.Services.GetRequiredService<IEventLog>();
        private LlmRun? _run;

        public JobRecord Record => _job.Record;

        public async Task BeginAsync(int pieces)
        {
            await _log.AcceptAsync(user, _job.Accepted(), Token);
            _run = (await _log.BeginRunAsync(user, _job.Started(), TimeSpan.FromMinutes(5), Token)).Run;
            await WriteAsync(pieces);
        }

        public async Task FinishAsync(int pieces)
        {
            await WriteAsync(pieces);
            await _log.EndAsync(user, _job.Completed("done"), Token);
        }

        private async Task WriteAsync(int pieces)
        {
            for (var i = 0; i < pieces; i++)
            {
                (await _log.AppendAsync(_run!, _job.Delta($"{i},"), Token)).ShouldBeTrue();
            }
        }
    }
}
