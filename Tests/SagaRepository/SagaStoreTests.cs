using System.Net;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Proxies;
using CloudIa.SagaRepository;
using CloudIa.SagaRepository.Redis;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class SagaStoreOnGarnetTests(StandInsFixture standIns) : SagaStoreTests(standIns, RedisKind.Garnet);

public sealed class SagaStoreOnRedisTests(StandInsFixture standIns) : SagaStoreTests(standIns, RedisKind.Redis);

/// <summary>What two messages do to one saga, each in its own session.</summary>
public abstract class SagaStoreTests(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    private const string NoNx = "created without NX";
    private readonly Guid _id = NewId.NextGuid();
    private ServiceProvider _services = null!;

    private string Key => $"{Prefix}{_id}";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _services = Services();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_saga_is_version_0_when_created_and_one_more_with_each_update()
    {
        await Session().AddAsync(Saga());
        (await LoadAsync()).Saga.Version.ShouldBe(0);

        for (var version = 1; version <= 3; version++)
        {
            var (session, saga) = await LoadAsync();
            await session.UpdateAsync(saga);
            (await LoadAsync()).Saga.Version.ShouldBe(version);
        }
    }

    [Fact]
    public async Task The_value_is_the_JSON_that_MassTransit_writes_in_one_line()
    {
        var id = new Guid("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");
        await Session().AddAsync(new CounterSaga
        {
            CorrelationId = id,
            CurrentState = "Active",
            Count = 2,
            Note = "ação 🦜 <b>",
            Cost = 0.10m,
            StartedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
            Took = TimeSpan.FromMilliseconds(1500),
            Steps = { "first", "second" },
        });

        string? value = await Database.StringGetAsync($"{Prefix}{id}");

        value.ShouldBe(
            """{"correlationId":"0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10","version":0,"currentState":"Active","count":2,"note":"ação """ +
            """\uD83E\uDD9C <b>","cost":"0.10","startedAt":"2026-03-01T12:00:00+00:00","took":"00:00:01.5000000","steps":["first","second"]}""");
        var saga = (await Session().LoadAsync(id)).ShouldNotBeNull();
        saga.Note.ShouldBe("ação 🦜 <b>");
        saga.Cost.ShouldBe(0.10m);
        saga.Steps.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task A_value_of_the_official_package_is_read()
    {
        await Database.StringSetAsync(Key, $$"""
            {
              "correlationId": "{{_id}}",
              "version": 7,
              "aPropertyOfAnOlderVersion": true,
              "count": 3
            }
            """);

        var (session, saga) = await LoadAsync();
        saga.Version.ShouldBe(7);
        await session.UpdateAsync(saga);

        (await LoadAsync()).Saga.Count.ShouldBe(3);
        (await LoadAsync()).Saga.Version.ShouldBe(8);
    }

    [Fact]
    public Task Of_two_creators_one_wins_and_the_other_sees_a_conflict() => OneOfTwoCreatesAsync(_services);

    private async Task OneOfTwoCreatesAsync(ServiceProvider services)
    {
        SagaSession<CounterSaga> first = Session(services), second = Session(services);
        (await first.LoadAsync(_id)).ShouldBeNull();
        (await second.LoadAsync(_id)).ShouldBeNull();

        await first.AddAsync(Saga("first"));
        var exception = await Should.ThrowAsync<RedisSagaConcurrencyException>(() => second.AddAsync(Saga("second")));

        exception.CorrelationId.ShouldBe(_id);
        exception.SagaType.ShouldBe(typeof(CounterSaga));
        exception.Message.ShouldContain("created it meanwhile");
        (await LoadAsync()).Saga.Note.ShouldBe("first");
    }

    [Fact]
    public async Task Of_many_creators_at_once_exactly_one_wins()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => Session().TryInsertAsync(Saga($"{i}")), Token)));

        wins.Count(x => x).ShouldBe(1);
        (await LoadAsync()).Saga.Note.ShouldBe($"{wins.IndexOf(true)}");
    }

    [Fact]
    public Task Of_two_updates_the_second_sees_a_conflict_and_its_saga_is_as_before() => OneOfTwoUpdatesAsync(_services);

    private async Task OneOfTwoUpdatesAsync(ServiceProvider services)
    {
        await Session(services).AddAsync(Saga());
        var (first, mine) = await LoadAsync(services);
        var (second, theirs) = await LoadAsync(services);
        mine.Count = 1;
        theirs.Count = 100;

        await first.UpdateAsync(mine);
        var exception = await Should.ThrowAsync<RedisSagaConcurrencyException>(() => second.UpdateAsync(theirs));

        exception.Message.ShouldContain("read at version 0, but another message has changed it since");
        exception.ShouldBeAssignableTo<ConcurrencyException>();
        theirs.Version.ShouldBe(0);
        (await LoadAsync()).Saga.Count.ShouldBe(1);
    }

    /// <summary>The two checks above see the mistake that each is for, made by a proxy in front of Redis.</summary>
    [Theory]
    [InlineData(NoNx)]
    [InlineData("saved without a look at what is there")]
    public async Task A_known_mistake_is_found(string mistake)
    {
        var plan = new FaultPlan(new Dice(1));
        await using var proxy = new RedisProxy((IPEndPoint)Server.EndPoint, plan);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(proxy.ConnectionString);
        await using var services = Services(r =>
        {
            r.ConnectionFactory(() => redis);
            r.Expiry = TimeSpan.FromMinutes(1);
        });
        Func<ServiceProvider, Task> check = mistake == NoNx ? OneOfTwoCreatesAsync : OneOfTwoUpdatesAsync;
        plan.Rewrites = mistake == NoNx
            ? [Rewrite.Without(new(Upstream.Redis, "SET"), "NX")]
            : [Rewrite.InScripts("if redis.sha1hex(value) ~= ARGV[1] then return 0 end", "")];

        var found = await Record.ExceptionAsync(() => check(services));

        found.ShouldBeAssignableTo<ShouldAssertException>()!.Message.ShouldContain(nameof(RedisSagaConcurrencyException));
        plan.Done[CloudIa.Faults.Proxies.Fault.Rewrite].ShouldBePositive();
    }

    [Fact]
    public async Task An_update_after_a_removal_is_a_conflict_and_brings_nothing_back()
    {
        await Session().AddAsync(Saga());
        var (deleting, gone) = await LoadAsync();
        var (updating, stale) = await LoadAsync();

        await deleting.DeleteAsync(gone);
        var exception = await Should.ThrowAsync<RedisSagaConcurrencyException>(() => updating.UpdateAsync(stale));

        exception.Message.ShouldContain("is gone: another message removed it, or it expired");
        (await Database.KeyExistsAsync(Key)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_removal_after_an_update_is_a_conflict_and_removes_nothing()
    {
        await Session().AddAsync(Saga());
        var (updating, current) = await LoadAsync();
        var (deleting, stale) = await LoadAsync();

        await updating.UpdateAsync(current);
        await Should.ThrowAsync<RedisSagaConcurrencyException>(() => deleting.DeleteAsync(stale));

        (await LoadAsync()).Saga.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_removal_is_a_conflict()
    {
        await Session().AddAsync(Saga());
        var (first, saga) = await LoadAsync();
        var (second, same) = await LoadAsync();

        await first.DeleteAsync(saga);

        await Should.ThrowAsync<RedisSagaConcurrencyException>(() => second.DeleteAsync(same));
    }

    [Fact]
    public async Task A_saga_that_was_removed_and_created_again_is_another_even_at_the_same_version()
    {
        await Session().AddAsync(Saga("old"));
        var (stale, old) = await LoadAsync();
        var (deleting, gone) = await LoadAsync();
        await deleting.DeleteAsync(gone);
        await Session().AddAsync(Saga("new"));

        await Should.ThrowAsync<RedisSagaConcurrencyException>(() => stale.UpdateAsync(old));

        (await LoadAsync()).Saga.Note.ShouldBe("new");
    }

    [Fact]
    public async Task One_message_may_insert_update_and_remove()
    {
        var session = Session();
        var saga = Saga();

        (await session.TryInsertAsync(saga)).ShouldBeTrue();
        await session.UpdateAsync(saga);
        await session.UpdateAsync(saga);
        await session.DeleteAsync(saga);

        (await Database.KeyExistsAsync(Key)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_saga_that_was_not_read_is_not_written()
    {
        await Session().AddAsync(Saga());

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => Session().UpdateAsync(Saga()));

        exception.Message.ShouldContain("neither read nor created");
    }

    [Fact]
    public async Task Each_write_renews_the_time_to_live()
    {
        var expiry = TimeSpan.FromMinutes(10);
        await using var services = Services(r => r.Expiry = expiry);
        await Session(services).AddAsync(Saga());
        await ShouldExpireInAsync(expiry);

        await Database.KeyExpireAsync(Key, TimeSpan.FromSeconds(30));
        var (session, saga) = await LoadAsync(services);
        await session.UpdateAsync(saga);

        await ShouldExpireInAsync(expiry);
    }

    [Fact]
    public async Task A_write_without_an_expiry_keeps_the_time_to_live_that_the_key_has()
    {
        await Session().AddAsync(Saga());
        (await Database.KeyTimeToLiveAsync(Key)).ShouldBeNull();

        await Database.KeyExpireAsync(Key, TimeSpan.FromMinutes(3));
        var (session, saga) = await LoadAsync();
        await session.UpdateAsync(saga);

        await ShouldExpireInAsync(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task An_update_of_an_expired_saga_is_a_conflict()
    {
        await using var services = Services(r => r.Expiry = TimeSpan.FromMinutes(5));
        await Session(services).AddAsync(Saga());
        var (session, saga) = await LoadAsync(services);
        await Database.KeyExpireAsync(Key, TimeSpan.FromMilliseconds(1));
        await Eventually.Is(async () => !await Database.KeyExistsAsync(Key), "the saga expired");

        await Should.ThrowAsync<RedisSagaConcurrencyException>(() => session.UpdateAsync(saga));

        (await Database.KeyExistsAsync(Key)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("secret words", "is not JSON of this saga")]
    [InlineData("{\"count\":\"secret words\"}", "is not JSON of this saga")]
    [InlineData("", "is not JSON of this saga")]
    [InlineData("null", "is JSON null")]
    [InlineData("{\"note\":\"secret words\"}", "holds another correlation id")]
    public async Task A_corrupt_value_is_an_error_that_names_key_and_reason_and_not_the_value(string value, string reason)
    {
        await Database.StringSetAsync(Key, value);

        var exception = await Should.ThrowAsync<CorruptSagaException>(() => Session().LoadAsync(_id));

        exception.Message.ShouldContain(Key);
        exception.Message.ShouldContain(reason);
        exception.ToString().ShouldNotContain("secret");
        ((string?)await Database.StringGetAsync(Key)).ShouldBe(value);
    }

    [Fact]
    public async Task A_key_of_another_kind_is_an_error_that_says_so()
    {
        await Database.ListRightPushAsync(Key, "x");

        var exception = await Should.ThrowAsync<CorruptSagaException>(() => Session().LoadAsync(_id));

        exception.Message.ShouldContain("is not a string");
    }

    [Fact]
    public async Task A_first_connection_that_fails_is_tried_again()
    {
        var tries = 0;
        await using var services = Services(r => r.ConnectionFactory(() =>
            ++tries < 3 ? throw new InvalidOperationException("not yet") : Redis));

        await Should.ThrowAsync<InvalidOperationException>(() => Session(services).LoadAsync(_id));
        await Should.ThrowAsync<InvalidOperationException>(() => Session(services).LoadAsync(_id));
        (await Session(services).LoadAsync(_id)).ShouldBeNull();
        (await Session(services).LoadAsync(_id)).ShouldBeNull();

        tries.ShouldBe(3);
    }

    [Fact]
    public async Task Sagas_with_the_same_configuration_share_a_connection_that_goes_with_the_host()
    {
        await using var connections = new SagaConnections(_services);
        var one = await connections.GetAsync(SagaConnection.Of(ConfigurationOptions.Parse(ConnectionString)));
        var another = await connections.GetAsync(SagaConnection.Of(ConfigurationOptions.Parse(ConnectionString)));
        another.ShouldBeSameAs(one);

        await connections.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => one.GetDatabase().PingAsync());
        Should.Throw<ObjectDisposedException>(() => connections.GetAsync(SagaConnection.Of(ConfigurationOptions.Parse(ConnectionString))));
    }

    [Fact]
    public async Task Every_operation_is_one_command_and_no_lock_is_ever_taken()
    {
        var session = Session();
        var saga = Saga();

        (await CommandsOf(Redis, () => session.LoadAsync(_id))).ShouldBe(["GET"]);
        (await CommandsOf(Redis, () => session.AddAsync(saga))).ShouldBe(["SETNX"]);
        (await CommandsOf(Redis, () => session.UpdateAsync(saga))).ShouldBe([Script]);
        Server.Keys(pattern: $"{Prefix}*").Select(x => (string?)x).ShouldBe([Key]);
        (await CommandsOf(Redis, () => session.DeleteAsync(saga))).ShouldBe([Script]);
        Server.Keys(pattern: $"{Prefix}*").ShouldBeEmpty();
    }

    private ServiceProvider Services(Action<IRedisSagaRepositoryConfigurator>? configure = null) => new ServiceCollection()
        .AddLogging()
        .AddMassTransit(x =>
        {
            x.AddSagaStateMachine<CounterStateMachine, CounterSaga>().RedisRepository(r =>
            {
                r.ConnectionFactory(() => Redis);
                r.KeyPrefix = Prefix;
                configure?.Invoke(r);
            });
            x.UsingInMemory();
        })
        .BuildServiceProvider();

    private SagaSession<CounterSaga> Session(ServiceProvider? services = null) =>
        new((services ?? _services).GetRequiredService<SagaStore<CounterSaga>>(), outbox: null, Token);

    private async Task<(SagaSession<CounterSaga> Session, CounterSaga Saga)> LoadAsync(ServiceProvider? services = null)
    {
        var session = Session(services);
        return (session, (await session.LoadAsync(_id)).ShouldNotBeNull());
    }

    private CounterSaga Saga(string? note = null) => new() { CorrelationId = _id, Note = note };

    private async Task ShouldExpireInAsync(TimeSpan expiry) =>
        (await Database.KeyTimeToLiveAsync(Key)).ShouldNotBeNull().ShouldBeInRange(expiry - TimeSpan.FromSeconds(25), expiry);
}
