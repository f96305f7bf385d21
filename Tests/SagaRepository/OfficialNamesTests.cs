using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.RedisIntegration.Saga;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>What code that was written for the official package uses beside <c>RedisRepository</c>.</summary>
public sealed class OfficialNamesTests(StandInsFixture standIns) : RedisTest(standIns, RedisKind.Garnet)
{
    private readonly Guid _id = NewId.NextGuid();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bus_without_a_container_keeps_its_sagas_in_Redis(bool outbox)
    {
        RedisConnectionFactory connectionFactory = _ => Redis;
        var repository = outbox
            ? RedisSagaRepository<SendingSaga>.Create(() => Database, r =>
            {
                r.KeyPrefix = Prefix;
                r.UseOutbox();
            })
            : RedisSagaRepository<SendingSaga>.Create(connectionFactory, () => Database, keyPrefix: Prefix, expiry: TimeSpan.FromHours(1));
        var mailbox = new Mailbox();
        var bus = Bus.Factory.CreateUsingInMemory(cfg =>
        {
            cfg.ReceiveEndpoint("sagas", e => e.StateMachineSaga(new SendingStateMachine(new Meanwhile()), repository));
            cfg.ReceiveEndpoint("mailbox", e => e.Instance(mailbox));
        });
        await bus.StartAsync(Token);
        try
        {
            await bus.Publish(new StartCounting(_id, "without"), Token);
            await Eventually.Is(() => mailbox.Of<StartedCounting>().Count == 1, "the saga started");
            await Eventually.Is(async () => await ((ILoadSagaRepository<SendingSaga>)repository).Load(_id) is { Note: "without" }, "the saga is there");
            ((string?)await Database.StringGetAsync($"{Prefix}{_id}")).ShouldNotBeNull().Contains("$outbox", StringComparison.Ordinal).ShouldBe(outbox);
        }
        finally
        {
            await bus.StopAsync(Token);
        }
    }

    [Fact]
    public void Locks_are_taken_and_not_used_there_too() =>
        RedisSagaRepository<SendingSaga>.Create(null, () => Database, optimistic: false).ShouldNotBeNull();

    [Fact]
    public async Task A_factory_of_the_hosts_own_makes_the_connection_of_a_configuration()
    {
        var factory = Substitute.For<IConnectionMultiplexerFactory>();
        factory.GetConnectionMultiplexer(Arg.Any<ConfigurationOptions>()).Returns(Redis);
        await using var services = Services(x => x.AddSingleton(factory));

        (await services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().Load(_id)).ShouldBeNull();
        (await services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().Load(_id)).ShouldBeNull();

        factory.ReceivedWithAnyArgs(1).GetConnectionMultiplexer(default!);
        await services.DisposeAsync();
        (await Database.PingAsync()).ShouldBeGreaterThan(TimeSpan.Zero, "what the host's own factory made is the host's own");
    }

    [Fact]
    public async Task Without_one_the_sagas_connection_can_be_had_from_ours()
    {
        await using var services = Services();

        var factory = services.GetRequiredService<IConnectionMultiplexerFactory>();
        var one = factory.GetConnectionMultiplexer(ConfigurationOptions.Parse(ConnectionString));

        factory.GetConnectionMultiplexer(ConfigurationOptions.Parse(ConnectionString)).ShouldBeSameAs(one);
    }

    private ServiceProvider Services(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection().AddLogging();
        configure?.Invoke(services);
        return services
            .AddMassTransit(x =>
            {
                x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(ConnectionString, r => r.KeyPrefix = Prefix);
                x.UsingInMemory();
            })
            .BuildServiceProvider();
    }
}
