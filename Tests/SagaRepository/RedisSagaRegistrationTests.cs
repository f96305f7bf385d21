using System.Net;
using CloudIa.SagaRepository.Redis;
using MassTransit;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class RedisSagaRegistrationTests
{
    private static readonly Guid Id = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");

    [Theory]
    [InlineData("", "")]
    [InlineData("same", "same:")]
    public void Two_types_of_sagas_with_the_same_keys_are_refused(string one, string another)
    {
        var exception = Should.Throw<ConfigurationException>(() => new ServiceCollection().AddMassTransit(x =>
        {
            x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r => r.KeyPrefix = one);
            x.AddSagaStateMachine<OtherStateMachine, OtherSaga>().RedisRepository(r => r.KeyPrefix = another);
        }));

        exception.Message.ShouldContain(nameof(CounterSaga));
        exception.Message.ShouldContain(nameof(OtherSaga));
        exception.Message.ShouldContain("Give each its own KeyPrefix");
    }

    [Fact]
    public void Two_types_of_sagas_with_the_same_keys_in_different_places_are_taken()
    {
        using var services = Services(x =>
        {
            x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository("localhost", r => r.KeyPrefix = "same");
            x.AddSagaStateMachine<OtherStateMachine, OtherSaga>().RedisRepository("localhost", r =>
            {
                r.KeyPrefix = "same";
                r.SelectDatabase(multiplexer => multiplexer.GetDatabase(2));
            });
            x.AddSagaStateMachine<SendingStateMachine, SendingSaga>().RedisRepository("elsewhere", r => r.KeyPrefix = "same");
        });

        services.GetRequiredService<SagaStore<OtherSaga>>().ShouldNotBeNull();
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Two_types_of_sagas_that_turn_out_to_have_the_same_keys_are_refused_at_the_first_message(int database, bool clash)
    {
        var redis = Substitute.For<IConnectionMultiplexer>();
        redis.GetEndPoints(Arg.Any<bool>()).Returns([new DnsEndPoint("localhost", 6379)]);
        redis.GetDatabase(Arg.Any<int>(), Arg.Any<object>()).Returns(x =>
        {
            var selected = Substitute.For<IDatabase>();
            selected.Database.Returns(x.ArgAt<int>(0));
            selected.Multiplexer.Returns(redis);
            return selected;
        });
        await using var services = Services(x =>
        {
            x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r =>
            {
                r.ConnectionFactory(() => redis);
                r.SelectDatabase(multiplexer => multiplexer.GetDatabase(2));
            });
            x.AddSagaStateMachine<OtherStateMachine, OtherSaga>().RedisRepository(r =>
            {
                r.ConnectionFactory(_ => redis);
                r.SelectDatabase(multiplexer => multiplexer.GetDatabase(database));
            });
        });
        await services.GetRequiredService<SagaStore<CounterSaga>>().LoadAsync(Id, TestContext.Current.CancellationToken);

        var second = services.GetRequiredService<SagaStore<OtherSaga>>().LoadAsync(Id, TestContext.Current.CancellationToken);

        if (clash)
            (await Should.ThrowAsync<ConfigurationException>(() => second)).Message.ShouldContain("would overwrite each other");
        else
            await second;
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var exception = Should.Throw<ConfigurationException>(() => new ServiceCollection().AddMassTransit(x =>
            x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r =>
            {
                r.Expiry = TimeSpan.Zero;
                r.UseOutbox(o =>
                {
                    o.InboxLimit = 0;
                    o.Retention = TimeSpan.FromSeconds(59);
                });
            })));

        exception.Message.ShouldContain("Expiry is 00:00:00");
        exception.Message.ShouldContain("InboxLimit is 0");
        exception.Message.ShouldContain("Retention is 00:00:59");
    }

    [Fact]
    public void The_settings_of_the_official_packages_documentation_are_taken()
    {
        using var services = Services(x => x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r =>
        {
            r.DatabaseConfiguration("127.0.0.1");
            r.ConcurrencyMode = ConcurrencyMode.Pessimistic;
            r.KeyPrefix = "dev";
            r.LockSuffix = "-lockage";
            r.LockTimeout = TimeSpan.FromSeconds(90);
        }));

        services.GetRequiredService<ILoadSagaRepository<CounterSaga>>().ShouldNotBeNull();
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(" ", "")]
    [InlineData("jobs", "jobs:")]
    [InlineData("jobs:", "jobs:")]
    public void A_key_is_the_prefix_a_colon_and_the_id(string? prefix, string inKey)
    {
        using var services = Services(x => x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository("localhost", r => r.KeyPrefix = prefix));

        ((string?)services.GetRequiredService<SagaStore<CounterSaga>>().Key(Id)).ShouldBe($"{inKey}{Id}");
    }

    [Fact]
    public void Settings_of_the_official_package_are_taken_and_nothing_connects_before_the_first_message()
    {
        using var services = Services(x => x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r =>
        {
            r.ConcurrencyMode = ConcurrencyMode.Optimistic;
            r.DatabaseConfiguration("nowhere.invalid:1,connectTimeout=1");
            r.LockSuffix = "_lock";
            r.LockTimeout = TimeSpan.FromSeconds(30);
            r.RetryPolicy = Retry.None;
            r.SelectDatabase(multiplexer => multiplexer.GetDatabase(2));
            r.Expiry = TimeSpan.FromDays(1);
        }));

        services.GetRequiredService<SagaStore<CounterSaga>>().Settings.Expiry.ShouldBe(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_asked_again_by_the_next_message()
    {
        await using var services = Services(x => x.AddSagaStateMachine<CounterStateMachine, CounterSaga>()
            .RedisRepository("127.0.0.1:1,connectTimeout=200,connectRetry=0"));
        var sagas = services.GetRequiredService<ILoadSagaRepository<CounterSaga>>();

        var first = await Should.ThrowAsync<RedisConnectionException>(() => sagas.Load(Id));
        var second = await Should.ThrowAsync<RedisConnectionException>(() => sagas.Load(Id));

        second.ShouldNotBeSameAs(first);
    }

    [Fact]
    public void A_provider_names_the_type_in_the_keys_and_leaves_sagas_without_a_version_alone()
    {
        using var services = Services(x =>
        {
            x.SetRedisSagaRepositoryProvider("localhost", r => r.KeyPrefix = "all");
            x.AddSagaStateMachines(typeof(CounterStateMachine), typeof(OtherStateMachine), typeof(UnversionedStateMachine));
        });

        ((string?)services.GetRequiredService<SagaStore<CounterSaga>>().Key(Id)).ShouldBe($"all:{typeof(CounterSaga).FullName}:{Id}");
        ((string?)services.GetRequiredService<SagaStore<OtherSaga>>().Key(Id)).ShouldBe($"all:{typeof(OtherSaga).FullName}:{Id}");
        services.GetService<ILoadSagaRepository<UnversionedSaga>>().ShouldBeNull();
    }

    [Fact]
    public void The_sagas_of_the_job_service_can_be_kept_in_Redis()
    {
        using var services = Services(x => x.AddJobSagaStateMachines().RedisRepository("localhost", r => r.KeyPrefix = "jobs"));

        ((string?)services.GetRequiredService<SagaStore<JobSaga>>().Key(Id)).ShouldBe($"jobs:MassTransit.JobSaga:{Id}");
        ((string?)services.GetRequiredService<SagaStore<JobTypeSaga>>().Key(Id)).ShouldBe($"jobs:MassTransit.JobTypeSaga:{Id}");
        ((string?)services.GetRequiredService<SagaStore<JobAttemptSaga>>().Key(Id)).ShouldBe($"jobs:MassTransit.JobAttemptSaga:{Id}");
    }

    [Fact]
    public void The_probe_says_where_the_sagas_are()
    {
        using var services = Services(x => x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r =>
        {
            r.KeyPrefix = "jobs";
            r.UseOutbox();
        }));
        using var scope = services.CreateScope();
        var probe = Substitute.For<ProbeContext>();

        scope.ServiceProvider.GetRequiredService<ISagaRepositoryContextFactory<CounterSaga>>().Probe(probe);

        probe.Received().Add("persistence", "redis");
        probe.Received().Add("keys", "jobs:<correlation id>");
        probe.Received().Add("expiry", "never");
        probe.Received().Add("outbox", "100 events, 1.00:00:00");
    }

    private static ServiceProvider Services(Action<IBusRegistrationConfigurator> configure) => new ServiceCollection()
        .AddLogging()
        .AddMassTransit(x =>
        {
            x.UsingInMemory();
            configure(x);
        })
        .BuildServiceProvider();
}
