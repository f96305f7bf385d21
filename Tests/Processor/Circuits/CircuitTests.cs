using CloudIa.Processor;
using CloudIa.Processor.Llm.Circuits;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.ServiceDefaults.Circuits;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Processor.Llm;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Processor.Circuits;

/// <summary>One process's circuit, on a clock that the test moves.</summary>
public sealed class CircuitTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ISharedCircuits _shared = Substitute.For<ISharedCircuits>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pollys_breaker_opens_lets_one_call_through_after_its_pause_and_closes()
    {
        await using var server = await FakeOpenAiServer.StartAsync();
        var board = ModelRig.Board(null, _time);
        using var models = ModelRig.Create(board, _time, Provider(server));
        server.Default = new FakeReply { Status = 500 };
        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<ModelUnavailableException>(() => AskAsync(models.Select(null).Client));
        }

        server.Requests.Count.ShouldBe(2);
        var circuit = board.All.ShouldHaveSingleItem();
        circuit.Refusal().ShouldBe(TimeSpan.FromSeconds(15));
        _time.Advance(TimeSpan.FromSeconds(14));
        circuit.Refusal().ShouldBe(TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(1));
        circuit.Refusal().ShouldBeNull();
        server.Default = new FakeReply();
        await AskAsync(models.Select(null).Client);
        await AskAsync(models.Select(null).Client);
        server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Answers_that_break_off_count_too()
    {
        await using var server = await FakeOpenAiServer.StartAsync();
        var board = ModelRig.Board(null, _time);
        using var models = ModelRig.Create(board, _time, Provider(server));
        server.Default = new FakeReply { FinishReason = null };

        (await Should.ThrowAsync<ModelUnavailableException>(() => AskAsync(models.Select(null).Client))).Reason.ShouldBe(ModelFailureReason.StreamBroken);

        board.All.ShouldHaveSingleItem().Refusal().ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Without_Redis_a_process_goes_by_what_it_sees_itself()
    {
        var away = new RedisException("away");
        _shared.OpenAsync(default!, default, Token).ReturnsForAnyArgs(Task.FromException(away));
        _shared.RecoveredAsync(default!, Token).ReturnsForAnyArgs(Task.FromException(away));
        _shared.TryProbeAsync(default!, default, Token).ReturnsForAnyArgs(Task.FromException<bool>(away));
        var circuit = ModelRig.Board(_shared, _time).Of(new LlmProviderOptions());

        circuit.Opened(TimeSpan.FromSeconds(15));
        circuit.Refusal().ShouldBe(TimeSpan.FromSeconds(15));
        _time.Advance(TimeSpan.FromSeconds(15));
        var pass = await circuit.EnterAsync(Token);
        pass.Refused.ShouldBeNull();
        circuit.Answered(pass);

        circuit.Refusal().ShouldBeNull();
        (await circuit.EnterAsync(Token)).ShouldBe(new CircuitPass(null, IsProbe: false));
    }

    [Fact]
    public async Task Redis_is_asked_only_when_a_pause_is_over()
    {
        var circuit = ModelRig.Board(_shared, _time).Of(new LlmProviderOptions());
        circuit.Answered(await circuit.EnterAsync(Token));
        circuit.Failed(await circuit.EnterAsync(Token));
        await circuit.HearAsync(new ProviderCircuit("echo", ProviderCircuitState.Open, _time.GetUtcNow().AddSeconds(15)));
        (await circuit.EnterAsync(Token)).Refused.ShouldBe(TimeSpan.FromSeconds(15));
        _shared.ReceivedCalls().ShouldBeEmpty();

        _time.Advance(TimeSpan.FromSeconds(15));
        _shared.TryProbeAsync("echo", Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>()).Returns(false, true);
        (await circuit.EnterAsync(Token)).Refused.ShouldBe(TimeSpan.FromSeconds(5));
        (await circuit.EnterAsync(Token)).ShouldBe(new CircuitPass(null, IsProbe: true));
    }

    [Fact]
    public async Task What_was_just_found_out_is_not_undone_by_an_older_reading_of_Redis()
    {
        var circuit = ModelRig.Board(_shared, _time).Of(new LlmProviderOptions());
        circuit.Opened(TimeSpan.FromSeconds(15));

        // Redis did not have it yet, or was away when it was told.
        await circuit.ReadAsync(null);
        _time.Advance(TimeSpan.FromSeconds(2));
        await circuit.ReadAsync(null);

        circuit.Refusal().ShouldBe(TimeSpan.FromSeconds(13));
    }

    [Fact]
    public void A_word_of_a_version_to_come_is_none()
    {
        CircuitText.ReadAnnouncement("resting 1 2 echo").ShouldBeNull();
        CircuitText.ReadAnnouncement("open soon 2 echo").ShouldBeNull();
        CircuitText.ReadAnnouncement("").ShouldBeNull();
        CircuitText.ReadAnnouncement("closed 0 1 a name with spaces").ShouldBe(new ProviderCircuit("a name with spaces", ProviderCircuitState.Closed));
    }

    private static Task<ChatResponse> AskAsync(IChatClient client) => client.GetStreamingResponseAsync("hello").ToChatResponseAsync(Token);

    private static LlmProviderOptions Provider(FakeOpenAiServer server) => new()
    {
        Type = "openai",
        BaseUrl = server.BaseUrl.ToString(),
        Model = "m",
        MaxRetries = 0,
        BreakerMinimumTries = 2,
    };
}
