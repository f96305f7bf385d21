using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class RedisSagaRepositoryOnGarnetTests(StandInsFixture standIns) : RedisSagaRepositoryTests(standIns, RedisKind.Garnet);

public sealed class RedisSagaRepositoryOnRedisTests(StandInsFixture standIns) : RedisSagaRepositoryTests(standIns, RedisKind.Redis);

/// <summary>State machines through MassTransit's in-memory transport, with their sagas in Redis.</summary>
public abstract class RedisSagaRepositoryTests(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    private readonly Guid _id = NewId.NextGuid();

    private string Key => $"{Prefix}{_id}";

    [Fact]
    public async Task A_saga_lives_from_its_first_event_to_its_last()
    {
        await using var services = await StartAsync<CounterStateMachine>();
        var sagas = services.GetRequiredService<ILoadSagaRepository<CounterSaga>>();

        await PublishAsync(services, new StartCounting(_id, "from one"));
        await Eventually.Is(async () => await sagas.Load(_id) is { Version: 0, CurrentState: "Active", Note: "from one" }, "the saga was created");
        await PublishAsync(services, new Count(_id));
        await Eventually.Is(async () => await sagas.Load(_id) is { Version: 1, Count: 1 }, "the saga was updated");
        await PublishAsync(services, new StopCounting(_id));
        await Eventually.Is(async () => !await Database.KeyExistsAsync(Key), "the saga was removed");

        (await sagas.Load(_id)).ShouldBeNull();
        ShouldHaveNoFaults(services);
    }

    [Fact]
    public async Task Of_32_events_at_once_none_is_lost_and_each_has_its_effect_once()
    {
        await using var services = await StartAsync<CounterStateMachine>(retries: 200);
        var sagas = services.GetRequiredService<ILoadSagaRepository<CounterSaga>>();
        await PublishAsync(services, new StartCounting(_id, ""));
        await Eventually.Is(async () => await sagas.Load(_id) is not null, "the saga was created");

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => PublishAsync(services, new Count(_id))));

        await Eventually.Is(async () => await sagas.Load(_id) is { Count: 32, Version: 32 }, "all were counted");
        await Eventually.Is(() => Seen(services).Handled<Count>().Count == 32, "all were handled");
        Seen(services).Published<Counted>().Select(x => x.Count).Order().ShouldBe(Enumerable.Range(1, 32));
        ShouldHaveNoFaults(services);
        Server.Keys(pattern: $"{Prefix}*").Select(x => (string?)x).ShouldBe([Key]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_16_first_events_at_once_one_creates_the_saga_and_the_others_find_it(bool insertOnInitial)
    {
        await using var services = insertOnInitial
            ? await StartAsync<InsertingCounterStateMachine>(retries: 50)
            : await StartAsync<CounterStateMachine>(retries: 50);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PublishAsync(services, new StartCounting(_id, "same"))));

        await Eventually.Is(() => Seen(services).Handled<StartCounting>().Count == 16, "all were handled");
        (await services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().Load(_id)).ShouldNotBeNull().CurrentState.ShouldBe("Active");
        ShouldHaveNoFaults(services);
    }

    [Fact]
    public async Task A_conflict_without_a_retry_is_a_fault_that_names_itself()
    {
        await using var services = await StartAsync<IntrudedCounterStateMachine>(x => x.AddSingleton(new Intruder(() =>
            Database.StringSetAsync(Key, $$"""{"correlationId":"{{_id}}","version":9,"currentState":"Active"}"""))));
        await Database.StringSetAsync(Key, $$"""{"correlationId":"{{_id}}","version":1,"currentState":"Active"}""");

        await PublishAsync(services, new Count(_id));

        await Eventually.Is(() => Seen(services).Published<Fault<Count>>().Count == 1, "the message failed");
        var fault = Seen(services).Published<Fault<Count>>()[0].Exceptions[0];
        fault.ExceptionType.ShouldBe(typeof(RedisSagaConcurrencyException).FullName);
        fault.Message.ShouldContain("read at version 1");
        Seen(services).Published<Counted>().ShouldBeEmpty();
        (await services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().Load(_id)).ShouldNotBeNull().Version.ShouldBe(9);
    }

    [Fact]
    public async Task A_request_is_answered_from_the_saga_or_by_the_missing_one_and_writes_nothing()
    {
        await using var services = await StartAsync<CounterStateMachine>();
        var client = services.GetRequiredService<ITestHarness>().GetRequestClient<HowMany>();
        await Database.StringSetAsync(Key, $$"""{"correlationId":"{{_id}}","version":4,"currentState":"Active","count":42}""");

        var nobody = NewId.NextGuid();
        object? found = null, missing = null;
        (await CommandsOf(Redis, async () => found = await AnswerAsync(_id))).ShouldBe(["GET"]);
        (await CommandsOf(Redis, async () => missing = await AnswerAsync(nobody))).ShouldBe(["GET"]);

        found.ShouldBe(new SoMany(42));
        missing.ShouldBe(new NobodyCounts(nobody));
        (await services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().Load(_id)).ShouldNotBeNull().Version.ShouldBe(4);

        async Task<object> AnswerAsync(Guid id) => ((Response)await client.GetResponse<SoMany, NobodyCounts>(new HowMany(id), Token)).Message;
    }

    [Fact]
    public async Task An_event_costs_two_commands()
    {
        await using var services = await StartAsync<CounterStateMachine>();

        (await CommandsOf(Redis, () => HandledAsync(services, new StartCounting(_id, "")))).ShouldBe(["GET", "SETNX"]);
        (await CommandsOf(Redis, () => HandledAsync(services, new Count(_id)))).ShouldBe(["GET", Script]);
        (await CommandsOf(Redis, () => HandledAsync(services, new StopCounting(_id)))).ShouldBe(["GET", Script]);
    }

    [Fact]
    public async Task An_event_that_inserts_costs_two_commands_too()
    {
        await using var services = await StartAsync<InsertingCounterStateMachine>();

        (await CommandsOf(Redis, () => HandledAsync(services, new StartCounting(_id, "")))).ShouldBe(["SETNX", Script]);
        (await services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().Load(_id)).ShouldNotBeNull().CurrentState.ShouldBe("Active");
    }

    [Fact]
    public async Task Correlation_by_an_expression_fails_and_says_what_to_do()
    {
        await using var services = await StartAsync<QueryingStateMachine>();

        await PublishAsync(services, new CountByNote("x"));

        await Eventually.Is(() => Seen(services).Published<Fault<CountByNote>>().Count == 1, "the message failed");
        Seen(services).Published<Fault<CountByNote>>()[0].Exceptions[0].Message.ShouldContain("CorrelateById");
    }

    [Fact]
    public async Task Two_types_of_sagas_of_one_provider_have_different_keys()
    {
        await using var services = await StartAsync(x =>
        {
            x.SetRedisSagaRepositoryProvider(Configure);
            x.AddSagaStateMachines(typeof(CounterStateMachine), typeof(OtherStateMachine));
        });

        await PublishAsync(services, new StartCounting(_id, ""));

        await Eventually.Is(() => Server.Keys(pattern: $"{Prefix}*").Count() == 2, "both sagas were created");
        Server.Keys(pattern: $"{Prefix}*").Select(x => (string?)x)
            .ShouldBe([$"{Prefix}{typeof(CounterSaga).FullName}:{_id}", $"{Prefix}{typeof(OtherSaga).FullName}:{_id}"], ignoreOrder: true);
        ShouldHaveNoFaults(services);
    }

    private void Configure(IRedisSagaRepositoryConfigurator r)
    {
        r.ConnectionFactory(() => Redis);
        r.KeyPrefix = Prefix;
    }

    private Task<ServiceProvider> StartAsync<TMachine>(Action<IBusRegistrationConfigurator>? configure = null, int retries = 0)
        where TMachine : class, SagaStateMachine<CounterSaga> =>
        StartAsync(x =>
        {
            x.AddSagaStateMachine<TMachine, CounterSaga>().RedisRepository(Configure);
            configure?.Invoke(x);
        }, retries);

    private static async Task<ServiceProvider> StartAsync(Action<IBusRegistrationConfigurator> configure, int retries = 0)
    {
        var services = new ServiceCollection()
            .AddSingleton<Recorder>()
            .AddPublishObserver(x => x.GetRequiredService<Recorder>())
            .AddConsumeObserver(x => x.GetRequiredService<Recorder>())
            .AddMassTransitTestHarness(TextWriter.Null, x =>
            {
                x.AddConfigureEndpointsCallback((context, _, endpoint) =>
                {
                    endpoint.ConcurrentMessageLimit = 32;
                    if (retries > 0)
                    {
                        endpoint.UseMessageRetry(r =>
                        {
                            r.Handle<ConcurrencyException>();
                            r.Immediate(retries);
                        });
                    }

                    endpoint.UseInMemoryOutbox(context);
                });
                configure(x);
            })
            .BuildServiceProvider(true);
        await services.GetRequiredService<ITestHarness>().Start();
        return services;
    }

    private static Recorder Seen(ServiceProvider services) => services.GetRequiredService<Recorder>();

    private static Task PublishAsync<T>(ServiceProvider services, T message)
        where T : class =>
        services.GetRequiredService<ITestHarness>().Bus.Publish(message, Token);

    /// <summary>Returns when the message has been handled, its saga written and all.</summary>
    private static async Task HandledAsync<T>(ServiceProvider services, T message)
        where T : class
    {
        await PublishAsync(services, message);
        await Eventually.Is(() => Seen(services).Handled<T>().Contains(message), "the message was handled");
    }

    private static void ShouldHaveNoFaults(ServiceProvider services)
    {
        Seen(services).Published<Fault>().ShouldBeEmpty();
    }
}
