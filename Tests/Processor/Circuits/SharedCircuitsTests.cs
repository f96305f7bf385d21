using CloudIa.EventLog;
using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Circuits;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.ServiceDefaults.Circuits;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Llm;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Processor.Circuits;

public sealed class SharedCircuitsOnGarnetTests(StandInsFixture standIns) : SharedCircuitsTests(standIns, RedisKind.Garnet);

public sealed class SharedCircuitsOnRedisTests(StandInsFixture standIns) : SharedCircuitsTests(standIns, RedisKind.Redis);

/// <summary>What two processes and an operator tell each other of a provider: each with a connection, a board and models of its own; the clock is one.</summary>
public abstract class SharedCircuitsTests(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<IAsyncDisposable> _owned = [];
    private FakeOpenAiServer _server = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _server = await FakeOpenAiServer.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_one_process_found_out_the_other_need_not()
    {
        var (one, other) = (await StartAsync(), await StartAsync());
        await BreakAsync(one);

        await Eventually.Is(() => other.Refusal is not null);

        (await FailAsync(other)).Reason.ShouldBe(ModelFailureReason.CircuitOpen);
        _server.Requests.Count.ShouldBe(2);
        var circuit = (await one.Shared.ListAsync(Token)).ShouldHaveSingleItem();
        circuit.ShouldBe(new ProviderCircuit("openai", ProviderCircuitState.Open, _time.GetUtcNow() + Pause, _time.GetUtcNow()));
    }

    [Fact]
    public async Task After_the_pause_one_call_of_one_process_tries_and_its_answer_is_for_all()
    {
        var (one, other) = (await StartAsync(), await StartAsync());
        await BreakAsync(one);
        await Eventually.Is(() => other.Refusal is not null);

        // The other's own breaker is closed: that it waits for the one who tries is shared.
        _time.Advance(Pause);
        var trying = new TaskCompletionSource();
        _server.Default = new FakeReply { CutAfter = 0, CutWhen = trying.Task };
        var failing = FailAsync(other);
        await Eventually.Is(() => _server.Requests.Count == 3);
        (await FailAsync(one)).Reason.ShouldBe(ModelFailureReason.CircuitOpen);
        trying.SetResult();
        (await failing).Reason.ShouldBe(ModelFailureReason.Network);

        // It failed, so both wait again; then it answers, and both ask.
        await Eventually.Is(() => one.Refusal == Pause && other.Refusal == Pause);
        _server.Default = new FakeReply();
        _time.Advance(Pause);
        await AskAsync(other);
        await Eventually.Is(async () => (await one.Shared.ReadAsync(Token)).Count == 0);
        await Eventually.Is(() => one.Refusal is null);
        await AskAsync(one);
        _server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task An_isolated_provider_is_asked_by_nobody_also_not_after_a_restart_until_it_is_closed()
    {
        var one = await StartAsync();
        await AskAsync(one);
        var operators = new RedisCircuits(Redis, EventLogOptions(), _time);

        await operators.IsolateAsync("openai", Token);
        await Eventually.Is(() => one.Refusal is not null);
        var restarted = await StartAsync();
        await Eventually.Is(() => restarted.Refusal is not null);

        _time.Advance(TimeSpan.FromDays(3));
        (await FailAsync(one)).Reason.ShouldBe(ModelFailureReason.CircuitOpen);
        (await FailAsync(restarted)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        (await operators.ListAsync(Token)).ShouldHaveSingleItem().State.ShouldBe(ProviderCircuitState.Isolated);

        await operators.CloseAsync("openai", Token);
        await Eventually.Is(() => one.Refusal is null && restarted.Refusal is null);
        await AskAsync(one);
        await AskAsync(restarted);
        (await operators.ListAsync(Token)).ShouldHaveSingleItem().ShouldBe(new ProviderCircuit("openai", ProviderCircuitState.Closed));
    }

    [Fact]
    public async Task An_operator_who_closes_an_open_circuit_closes_each_processs_own_breaker()
    {
        var (one, other) = (await StartAsync(), await StartAsync());
        await BreakAsync(one);
        await Eventually.Is(() => other.Refusal is not null);
        _server.Default = new FakeReply();

        await one.Shared.CloseAsync("openai", Token);
        await Eventually.Is(() => one.Refusal is null && other.Refusal is null);

        await AskAsync(one);
        await AskAsync(other);
    }

    [Fact]
    public async Task What_was_not_heard_is_read_within_two_seconds()
    {
        var one = await StartAsync();
        await AskAsync(one);

        // Written without a word.
        await Redis.GetDatabase().HashSetAsync($"{Prefix}{{circuits}}", "openai", "isolated 0 1");
        await Eventually.Is(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return one.Refusal is not null;
        });
        await Redis.GetDatabase().KeyDeleteAsync($"{Prefix}{{circuits}}");
        await Eventually.Is(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return one.Refusal is null;
        });
    }

    [Fact]
    public async Task Isolation_and_a_longer_pause_are_not_overwritten_by_who_fails_later()
    {
        var shared = new RedisCircuits(Redis, EventLogOptions(), _time);
        await shared.OpenAsync("a", TimeSpan.FromMinutes(5), Token);
        await shared.OpenAsync("a", TimeSpan.FromMinutes(1), Token);
        await shared.IsolateAsync("b b", Token);
        await shared.OpenAsync("b b", TimeSpan.FromMinutes(1), Token);
        await shared.RecoveredAsync("b b", Token);

        var all = await shared.ReadAsync(Token);

        all.Single(x => x.Provider == "a").Until.ShouldBe(_time.GetUtcNow().AddMinutes(5));
        all.Single(x => x.Provider == "b b").State.ShouldBe(ProviderCircuitState.Isolated);
    }

    [Fact]
    public async Task A_provider_that_is_isolated_again_is_so_since_when_it_was_whatever_was_read_before()
    {
        var shared = new RedisCircuits(Redis, EventLogOptions(), _time);
        var since = _time.GetUtcNow();
        await shared.IsolateAsync("a", Token);
        _time.Advance(TimeSpan.FromHours(1));

        await shared.IsolateAsync("a", Token);

        (await shared.ReadAsync(Token)).ShouldHaveSingleItem().Since.ShouldBe(since);
        await shared.CloseAsync("a", Token);
        await shared.IsolateAsync("a", Token);
        (await shared.ReadAsync(Token)).ShouldHaveSingleItem().Since.ShouldBe(_time.GetUtcNow());
    }

    [Fact]
    public async Task An_open_circuit_can_be_isolated()
    {
        var shared = new RedisCircuits(Redis, EventLogOptions(), _time);
        await shared.OpenAsync("a", TimeSpan.FromMinutes(5), Token);

        await shared.IsolateAsync("a", Token);

        (await shared.ReadAsync(Token)).ShouldHaveSingleItem().State.ShouldBe(ProviderCircuitState.Isolated);
    }

    [Fact]
    public async Task A_probe_is_one_processs_until_its_time_is_over()
    {
        var shared = new RedisCircuits(Redis, EventLogOptions(), _time);

        (await shared.TryProbeAsync("a", TimeSpan.FromMilliseconds(200), Token)).ShouldBeTrue();
        (await shared.TryProbeAsync("b", TimeSpan.FromMinutes(1), Token)).ShouldBeTrue();
        (await shared.TryProbeAsync("b", TimeSpan.FromMinutes(1), Token)).ShouldBeFalse();
        await Eventually.Is(() => shared.TryProbeAsync("a", TimeSpan.FromMinutes(1), Token));
    }

    private IOptions<EventLogOptions> EventLogOptions() => Options.Create(new EventLogOptions { KeyPrefix = Prefix });

    private async Task<Process> StartAsync()
    {
        var redis = await ConnectAsync();
        var shared = new RedisCircuits(redis, EventLogOptions(), _time);
        var board = ModelRig.Board(shared, _time);
        var models = ModelRig.Create(board, _time, new LlmProviderOptions
        {
            Type = "openai",
            BaseUrl = _server.BaseUrl.ToString(),
            Model = "m",
            MaxRetries = 0,
            BreakerMinimumTries = 2,
            BreakerPause = Pause,
        });
        var watch = new CircuitWatch(() => models, board, shared, _time, NullLogger<CircuitWatch>.Instance);
        await watch.StartAsync(Token);
        var process = new Process(redis, shared, board, models, watch);
        _owned.Add(process);

        // Subscribed, and what was there before is read.
        await Eventually.Is(async () => (await shared.ListAsync(Token)).Count > 0);
        return process;
    }

    private async Task BreakAsync(Process process)
    {
        _server.Default = new FakeReply { Status = 503 };
        await FailAsync(process);
        await FailAsync(process);
    }

    private static Task<ChatResponse> AskAsync(Process process) =>
        process.Models.Select(null).Client.GetStreamingResponseAsync("hello").ToChatResponseAsync(Token);

    private static Task<ModelUnavailableException> FailAsync(Process process) => Should.ThrowAsync<ModelUnavailableException>(() => AskAsync(process));

    private sealed record Process(IConnectionMultiplexer Redis, RedisCircuits Shared, CircuitBoard Board, ModelCatalog Models, CircuitWatch Watch) : IAsyncDisposable
    {
        public TimeSpan? Refusal => Board.All.Single().Refusal();

        public async ValueTask DisposeAsync()
        {
            await Watch.StopAsync(CancellationToken.None);
            Watch.Dispose();
            Models.Dispose();
            await Redis.DisposeAsync();
        }
    }
}
