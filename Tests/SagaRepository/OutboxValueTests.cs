using System.Text.Json;
using CloudIa.SagaRepository;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.Serialization;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class OutboxValueOnGarnetTests(StandInsFixture standIns) : OutboxValueTests(standIns, RedisKind.Garnet);

public sealed class OutboxValueOnRedisTests(StandInsFixture standIns) : OutboxValueTests(standIns, RedisKind.Redis);

/// <summary>What stands in Redis, and for how long; with other readers and writers, and with answers that are lost.</summary>
public abstract class OutboxValueTests(StandInsFixture standIns, RedisKind kind) : OutboxTest(standIns, kind)
{
    [Fact]
    public async Task Messages_that_have_gone_leave_the_value_with_the_next_write_and_their_events_stay()
    {
        var host = await HostAsync();
        await StartedAsync(host);
        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([1]);

        await HandleAsync(host, new Count(Id));
        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([0, 3]);
        await HandleAsync(host, new StopCounting(Id));

        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([0, 0, 1]);
    }

    [Fact]
    public async Task Two_hosts_in_turn_each_take_out_what_they_have_sent()
    {
        IServiceProvider[] hosts = [await HostAsync(), await HostAsync()];
        await StartedAsync(hosts[0]);

        for (var i = 1; i <= 9; i++)
        {
            await HandleAsync(hosts[i % 2], new Count(Id));
        }

        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([0, 0, 0, 0, 0, 0, 0, 0, 3, 3]);
    }

    [Fact]
    public async Task Of_the_events_whose_messages_have_gone_only_the_last_are_remembered()
    {
        var (host, eventId) = (await HostAsync(r => r.UseOutbox(o => o.InboxLimit = 3)), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id), eventId);
        for (var i = 0; i < 3; i++)
        {
            await HandleAsync(host, new Count(Id));
        }

        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([0, 0, 3]);
        await HandleAsync(host, new Count(Id), eventId);

        (await SagaAsync(host)).ShouldNotBeNull().Count.ShouldBe(5, "it is a new one after so many others");
        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 5, "and its messages were sent, too");
    }

    [Fact]
    public async Task An_event_is_forgotten_after_the_retention()
    {
        var (host, eventId) = (await HostAsync(r => r.UseOutbox(o => o.Retention = TimeSpan.FromHours(1))), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id), eventId);
        Time.Advance(TimeSpan.FromMinutes(59));
        await HandleAsync(host, new Count(Id));
        (await OutboxAsync()).Count.ShouldBe(3);

        Time.Advance(TimeSpan.FromMinutes(2));
        await HandleAsync(host, new Count(Id));
        (await OutboxAsync()).Count.ShouldBe(2);
        await HandleAsync(host, new Count(Id), eventId);

        (await SagaAsync(host)).ShouldNotBeNull().Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(null, 24)]
    [InlineData(48, 24)]
    [InlineData(2, 2)]
    public async Task What_is_left_of_an_ended_saga_goes_after_the_retention_or_the_expiry(int? expiry, int hours)
    {
        var host = await HostAsync(r => r.Expiry = expiry is { } x ? TimeSpan.FromHours(x) : null);
        await StartedAsync(host);
        await HandleAsync(host, new StopCounting(Id));

        (await SagaAsync(host)).ShouldBeNull();
        (await Database.KeyTimeToLiveAsync(Key)).ShouldNotBeNull().ShouldBe(TimeSpan.FromHours(hours), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_ended_saga_is_not_begun_again_by_its_old_events_but_by_a_new_one()
    {
        var (host, first) = (await HostAsync(), NewId.NextGuid());
        await HandleAsync(host, new StartCounting(Id, "old"), first);
        await HandleAsync(host, new StopCounting(Id));
        await HandleAsync(host, new StartCounting(Id, "old"), first);
        (await SagaAsync(host)).ShouldBeNull();

        (await CommandsOf(Redis, () => HandleAsync(host, new StartCounting(Id, "new")))).ShouldBe(["GET", Script]);

        (await SagaAsync(host)).ShouldNotBeNull().Note.ShouldBe("new");
        (await SagaAsync(host))!.Version.ShouldBe(0);
        (await Database.KeyTimeToLiveAsync(Key)).ShouldBeNull("a saga without an expiry lives for ever, whatever was there before");
        (await OutboxAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_saga_that_is_inserted_first_goes_the_same_way()
    {
        var (host, first) = (await HostAsync<InsertingSendingStateMachine>(), NewId.NextGuid());
        (await CommandsOf(Redis, () => HandleAsync(host, new StartCounting(Id, "old"), first))).ShouldBe(["SETNX", Script]);
        (await CommandsOf(Redis, () => HandleAsync(host, new StartCounting(Id, "old"), first))).ShouldBe(["SETNX", "GET"]);
        (await SagaAsync(host)).ShouldNotBeNull().Version.ShouldBe(1);

        await HandleAsync(host, new StopCounting(Id));
        await HandleAsync(host, new StartCounting(Id, "old"), first);
        (await SagaAsync(host)).ShouldBeNull();
        await HandleAsync(host, new StartCounting(Id, "new"));

        (await SagaAsync(host)).ShouldNotBeNull().Note.ShouldBe("new");
        await ArrivedAsync(3);
        Mailbox.Letters.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_saga_from_before_the_outbox_gets_one_with_its_next_event()
    {
        await Database.StringSetAsync(Key, $$"""{ "correlationId": "{{Id}}", "version": 7, "currentState": "Active", "count": 41 }""");

        await HandleAsync(await HostAsync(), new Count(Id));

        await ArrivedAsync(3);
        Mailbox.Messages<Counted>().ShouldBe([new Counted(Id, 42)]);
        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([3]);
    }

    [Fact]
    public async Task Other_readers_see_the_saga_and_nothing_else()
    {
        var host = await HostAsync();
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id));
        var saga = JsonSerializer.Deserialize<SendingSaga>((string)(await Database.StringGetAsync(Key))!, SystemTextJsonMessageSerializer.Options)!;
        saga.CorrelationId.ShouldBe(Id);
        saga.CurrentState.ShouldBe("Active");
        saga.Count.ShouldBe(1);

        await HandleAsync(host, new StopCounting(Id));
        var ended = JsonSerializer.Deserialize<SendingSaga>((string)(await Database.StringGetAsync(Key))!, SystemTextJsonMessageSerializer.Options)!;

        ended.CorrelationId.ShouldBe(Id);
        ended.CurrentState.ShouldBeNull();
    }

    [Fact]
    public async Task With_the_outbox_turned_off_again_what_is_in_it_is_still_sent_and_recognised()
    {
        var (eventId, other, crash) = (NewId.NextGuid(), NewId.NextGuid(), new Crash(CrashPoint.AfterTheWrite));
        var dying = await CrashingHostAsync(crash);
        var off = await HostAsync<SendingStateMachine>(endpoint: (e, context) => e.UseInMemoryOutbox(context), outbox: false);
        await StartedAsync(off);
        await HandleAsync(dying, new Count(Id), eventId);
        Meanwhile.ActAsync = () => Task.CompletedTask;

        await HandleAsync(off, new Count(Id), other);
        await HandleAsync(off, new Count(Id), eventId);
        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 2, "the pending messages were sent");
        (await SagaAsync(off)).ShouldNotBeNull().Count.ShouldBe(2);
        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([3], "the event that came while it was off left nothing");

        await HandleAsync(off, new StopCounting(Id));
        (await Database.KeyExistsAsync(Key)).ShouldBeFalse("nothing is pending any more");
    }

    [Fact]
    public async Task With_the_outbox_turned_off_again_a_saga_that_ends_leaves_what_is_pending()
    {
        var (eventId, crash) = (NewId.NextGuid(), new Crash(CrashPoint.AfterTheWrite));
        var dying = await CrashingHostAsync(crash);
        await StartedAsync(await HostAsync());
        await HandleAsync(dying, new Count(Id), eventId);

        var off = await HostAsync<SendingStateMachine>(outbox: false);
        await HandleAsync(off, new StopCounting(Id));
        (await SagaAsync(off)).ShouldBeNull();
        await HandleAsync(off, new Count(Id), eventId);

        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 1, "the pending messages were sent");
    }

    [Theory]
    [InlineData("""{"$outbox":"secret"}""")]
    [InlineData("""{"$outbox":{"events":[{"id":"x","at":1,"messages":[{"secret":1}]}]}}""")]
    [InlineData("""{"$outbox":{"events":[null]}}""")]
    public async Task An_outbox_that_is_none_is_an_error_that_names_the_key_and_not_the_value(string value)
    {
        await Database.StringSetAsync(Key, value);

        var exception = await Should.ThrowAsync<CorruptSagaException>(async () => await SagaAsync(await HostAsync()));

        exception.Message.ShouldContain(Key);
        exception.Message.ShouldContain("$outbox");
        exception.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData(nameof(StackExchange.Redis.IDatabase.ScriptEvaluateAsync))]
    [InlineData(nameof(StackExchange.Redis.IDatabase.StringSetAsync))]
    public async Task A_write_whose_answer_is_lost_has_been_done_once_when_the_event_is_tried_again(string write)
    {
        var lost = 0;
        var host = await HostAsync(
            r => r.SelectDatabase(redis => LostAnswers.Of(redis.GetDatabase(), method => method == write && Interlocked.Increment(ref lost) == 1)),
            endpoint: (e, _) => e.UseMessageRetry(r => r.Immediate(3)));
        await HandleAsync(host, new StartCounting(Id, ""));
        await HandleAsync(host, new Count(Id));

        lost.ShouldBeGreaterThan(0);
        await ArrivedAsync(4);
        ShouldHaveOneOfEachMessage();
        Mailbox.Of<StartedCounting>().Count.ShouldBe(1);
        (await SagaAsync(host)).ShouldNotBeNull().Count.ShouldBe(1);
        Seen(host).Published<Fault>().ShouldBeEmpty();
    }
}
