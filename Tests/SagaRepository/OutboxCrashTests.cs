using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class OutboxCrashOnGarnetTests(StandInsFixture standIns) : OutboxCrashTests(standIns, RedisKind.Garnet);

public sealed class OutboxCrashOnRedisTests(StandInsFixture standIns) : OutboxCrashTests(standIns, RedisKind.Redis);

/// <summary>A host ends in the middle of an event, and another one gets the event again.</summary>
public abstract class OutboxCrashTests(StandInsFixture standIns, RedisKind kind) : OutboxTest(standIns, kind)
{
    [Theory]
    [InlineData(CrashPoint.AfterTheRead)]
    [InlineData(CrashPoint.AfterTheWrite)]
    [InlineData(CrashPoint.AfterTheFirstSend)]
    [InlineData(CrashPoint.AfterTheSecondSend)]
    [InlineData(CrashPoint.BeforeTheAcknowledgement)]
    public async Task Wherever_a_host_dies_the_state_changes_once_and_each_message_has_one_id(CrashPoint point)
    {
        var (eventId, crash) = (NewId.NextGuid(), new Crash(point));
        var dying = await CrashingHostAsync(crash);
        await StartedAsync(await HostAsync());
        await HandleAsync(dying, new Count(Id), eventId);
        crash.HasCrashed.ShouldBeTrue();

        var next = await HostAsync();
        await HandleAsync(next, new Count(Id), eventId);

        await Eventually.Is(() => Mailbox.Different.Count == 4, "all messages arrived");
        ShouldHaveOneOfEachMessage();
        (await SagaAsync(next)).ShouldNotBeNull().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_host_that_dies_after_the_write_that_ended_the_saga_loses_nothing()
    {
        var (eventId, crash) = (NewId.NextGuid(), new Crash(CrashPoint.AfterTheWrite));
        var dying = await CrashingHostAsync(crash);
        await StartedAsync(await HostAsync());
        await HandleAsync(dying, new StopCounting(Id), eventId);
        crash.HasCrashed.ShouldBeTrue();
        Mailbox.Messages<StoppedCounting>().ShouldBeEmpty();

        var next = await HostAsync();
        (await SagaAsync(next)).ShouldBeNull();
        await HandleAsync(next, new StopCounting(Id), eventId);

        await ArrivedAsync(2);
        Mailbox.Messages<StoppedCounting>().ShouldBe([new StoppedCounting(Id, 0)]);
    }

    [Fact]
    public async Task A_host_that_dies_after_a_saga_was_begun_and_ended_by_one_event_loses_nothing()
    {
        var (eventId, crash) = (NewId.NextGuid(), new Crash(CrashPoint.AfterTheWrite));
        await HandleAsync(await CrashingHostAsync(crash), new CountOnce(Id), eventId);
        crash.HasCrashed.ShouldBeTrue();

        var next = await HostAsync();
        await HandleAsync(next, new CountOnce(Id), eventId);
        await HandleAsync(next, new CountOnce(Id), eventId);
        await ArrivedAsync(1);
        await HandleAsync(next, new CountOnce(Id));

        await Eventually.Is(() => Mailbox.Different.Count == 2, "the second event's message arrived, too");
        Mailbox.Letters.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Events_of_others_keep_what_a_dead_host_had_still_to_send_and_do_not_send_it()
    {
        var (eventId, crash) = (NewId.NextGuid(), new Crash(CrashPoint.AfterTheWrite));
        var dying = await CrashingHostAsync(crash);
        var next = await HostAsync();
        await StartedAsync(next);
        await HandleAsync(dying, new Count(Id), eventId);
        crash.HasCrashed.ShouldBeTrue((string?)await Database.StringGetAsync(Key));
        Meanwhile.ActAsync = () => Task.CompletedTask;

        await HandleAsync(next, new Count(Id));
        await HandleAsync(next, new Count(Id));
        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 2, "the other events' messages arrived");
        Mailbox.Messages<Counted>().Select(x => x.Count).ShouldBe([2, 3]);
        (await OutboxAsync()).Select(x => x.Messages).ShouldBe([0, 3, 0, 3]);

        await HandleAsync(next, new Count(Id), eventId);
        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 3, "the dead host's messages arrived");
        Mailbox.Messages<Counted>()[^1].ShouldBe(new Counted(Id, 1));
        (await SagaAsync(next)).ShouldNotBeNull().Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_a_saga_that_has_ended_still_had_to_send_is_sent_when_its_event_comes_again()
    {
        var (eventId, crash) = (NewId.NextGuid(), new Crash(CrashPoint.AfterTheWrite));
        var dying = await CrashingHostAsync(crash);
        var next = await HostAsync();
        await StartedAsync(next);
        await HandleAsync(dying, new Count(Id), eventId);
        await HandleAsync(next, new StopCounting(Id));
        (await SagaAsync(next)).ShouldBeNull();

        await HandleAsync(next, new StartCounting(Id, "again"));
        (await SagaAsync(next)).ShouldNotBeNull().Note.ShouldBe("again");
        await HandleAsync(next, new Count(Id), eventId);

        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 1, "the dead host's messages arrived");
        (await SagaAsync(next)).ShouldNotBeNull().Count.ShouldBe(0);
    }
}
