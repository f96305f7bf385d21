using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class OutboxOnGarnetTests(StandInsFixture standIns) : OutboxTests(standIns, RedisKind.Garnet);

public sealed class OutboxOnRedisTests(StandInsFixture standIns) : OutboxTests(standIns, RedisKind.Redis);

/// <summary>Inbox and outbox in a saga's value, while nobody dies.</summary>
public abstract class OutboxTests(StandInsFixture standIns, RedisKind kind) : OutboxTest(standIns, kind)
{
    [Fact]
    public async Task An_event_costs_two_commands()
    {
        var host = await HostAsync();

        (await CommandsOf(Redis, () => HandleAsync(host, new StartCounting(Id, "")))).ShouldBe(["GET", "SETNX"]);
        (await CommandsOf(Redis, () => HandleAsync(host, new Count(Id)))).ShouldBe(["GET", Script]);
        (await CommandsOf(Redis, () => HandleAsync(host, new Count(Id)))).ShouldBe(["GET", Script]);
        (await CommandsOf(Redis, () => HandleAsync(host, new StopCounting(Id)))).ShouldBe(["GET", Script]);
        await ArrivedAsync(8);
    }

    [Fact]
    public async Task An_event_that_comes_again_costs_one_command_and_changes_nothing()
    {
        var (host, eventId) = (await HostAsync(), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id), eventId);
        var before = await Database.StringGetAsync(Key);

        (await CommandsOf(Redis, () => HandleAsync(host, new Count(Id), eventId))).ShouldBe(["GET"]);

        (await Database.StringGetAsync(Key)).ShouldBe(before);
        await ArrivedAsync(4);
        Mailbox.Letters.Count.ShouldBe(4, "this host knows that it has sent them");
        ShouldHaveOneOfEachMessage();
    }

    [Fact]
    public async Task An_event_that_comes_again_in_another_host_sends_the_same_messages_under_the_same_ids()
    {
        var (host, eventId) = (await HostAsync(), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id), eventId);
        await ArrivedAsync(4);

        await HandleAsync(await HostAsync(), new Count(Id), eventId);

        await ArrivedAsync(7);
        ShouldHaveOneOfEachMessage();
        foreach (var letters in Mailbox.Letters.Where(x => x is not ConsumeContext<StartedCounting>).GroupBy(x => x.MessageId))
        {
            var (first, again) = (letters.First(), letters.Last());
            again.ShouldNotBeSameAs(first);
            again.SentTime.ShouldBe(first.SentTime);
            again.ConversationId.ShouldBe(first.ConversationId);
            again.Headers.GetAll().Select(x => x.Key).ShouldBe(first.Headers.GetAll().Select(x => x.Key), ignoreOrder: true);
        }
    }

    [Fact]
    public async Task What_is_sent_is_what_was_said()
    {
        var (host, eventId) = (await HostAsync(), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id), eventId);
        await ArrivedAsync(4);

        var note = Mailbox.Of<Note>().ShouldHaveSingleItem();
        note.Message.ShouldBe(new Note(Id, 1));
        note.MessageId.ShouldBe(SendingStateMachine.ChosenId, "an id that the sender chose is the message's");
        note.Headers.Get<string>("Colour").ShouldBe("blue");
        note.FaultAddress.ShouldNotBeNull().AbsolutePath.ShouldEndWith("fault");
        (note.ExpirationTime - note.SentTime).ShouldNotBeNull().ShouldBe(TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));
        note.InitiatorId.ShouldBe(Id);
        note.SourceAddress.ShouldNotBeNull().AbsolutePath.ShouldEndWith("Sending");
        note.ConversationId.ShouldNotBeNull();
        note.ConversationId.ShouldBe(Mailbox.Of<Tell>().ShouldHaveSingleItem().ConversationId);
        note.Host.MachineName.ShouldBe(Environment.MachineName);
        Mailbox.Of<Counted>().ShouldHaveSingleItem().Message.ShouldBe(new Counted(Id, 1));
    }

    [Fact]
    public async Task A_request_is_answered_from_the_saga_or_by_the_missing_one_and_writes_nothing()
    {
        var host = await HostAsync();
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id));
        var client = host.GetRequiredService<ITestHarness>().GetRequestClient<HowMany>();
        var nobody = NewId.NextGuid();
        object? found = null, missing = null;

        (await CommandsOf(Redis, async () => found = await AnswerAsync(Id))).ShouldBe(["GET"]);
        (await CommandsOf(Redis, async () => missing = await AnswerAsync(nobody))).ShouldBe(["GET"]);

        found.ShouldBe(new SoMany(1));
        missing.ShouldBe(new NobodyCounts(nobody));

        async Task<object> AnswerAsync(Guid id) => ((Response)await client.GetResponse<SoMany, NobodyCounts>(new HowMany(id), Token)).Message;
    }

    [Fact]
    public async Task A_schedule_goes_through_the_outbox_and_waits_only_for_what_is_left()
    {
        var delays = new Delays();
        var (host, eventId) = (await HostAsync(bus: bus => bus.AddSendObserver(_ => delays)), NewId.NextGuid());
        await StartedAsync(host);

        await HandleAsync(host, new CountLater(Id), eventId);
        Time.Advance(TimeSpan.FromMinutes(4));
        await HandleAsync(await HostAsync(bus: bus => bus.AddSendObserver(_ => delays)), new CountLater(Id), eventId);

        delays.Seen.Count.ShouldBe(2);
        delays.Seen[0].Delay.ShouldBe(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30));
        delays.Seen[1].Delay.ShouldBe(TimeSpan.FromMinutes(6), TimeSpan.FromSeconds(30));
        delays.Seen[1].MessageId.ShouldBe(delays.Seen[0].MessageId);
        var token = (await SagaAsync(host)).ShouldNotBeNull().ReminderId.ShouldNotBeNull();
        delays.Seen.ShouldAllBe(x => x.Token == token.ToString("D"));
    }

    [Fact]
    public async Task What_an_activity_sends_through_the_container_or_without_waiting_is_held_back_too()
    {
        var (host, eventId) = (await HostAsync(), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new CountElsewhere(Id), eventId);

        await ArrivedAsync(4);
        (await OutboxAsync())[^1].Messages.ShouldBe(3);
        await HandleAsync(await HostAsync(), new CountElsewhere(Id), eventId);

        await ArrivedAsync(7);
        Mailbox.Different.Count.ShouldBe(4);
        Mailbox.Of<Tell>().Count.ShouldBe(2);
        Mailbox.Of<StartedCounting>().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_conflict_sends_nothing()
    {
        var host = await HostAsync();
        await StartedAsync(host);
        var changes = 0;
        Meanwhile.ActAsync = () => changes++ == 0
            ? Database.StringSetAsync(Key, $$"""{"correlationId":"{{Id}}","version":9,"currentState":"Active","count":40}""")
            : Task.CompletedTask;

        var eventId = NewId.NextGuid();
        await HandleAsync(host, new Count(Id), eventId);
        await Eventually.Is(() => Seen(host).Published<Fault<Count>>().Count == 1, "the event failed");
        Seen(host).Published<Fault<Count>>()[0].Exceptions[0].ExceptionType.ShouldBe(typeof(RedisSagaConcurrencyException).FullName);
        await HandleAsync(host, new Count(Id), eventId);

        await ArrivedAsync(4);
        Mailbox.Messages<Counted>().ShouldBe([new Counted(Id, 41)]);
    }

    [Fact]
    public async Task Of_32_events_at_once_none_is_lost_and_each_has_its_effect_once()
    {
        var host = await HostAsync(endpoint: (e, _) => e.UseMessageRetry(r =>
        {
            r.Handle<ConcurrencyException>();
            r.Immediate(200);
        }));
        await StartedAsync(host);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => HandleAsync(host, new Count(Id))));

        (await SagaAsync(host)).ShouldNotBeNull().Count.ShouldBe(32);
        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 32 && Mailbox.Of<Tell>().Count == 32, "all messages arrived");
        Mailbox.Messages<Counted>().Select(x => x.Count).Order().ShouldBe(Enumerable.Range(1, 32));
        Mailbox.Messages<Tell>().Select(x => x.Count).Order().ShouldBe(Enumerable.Range(1, 32));
        Seen(host).Published<Fault>().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_event_16_times_at_once_has_its_effect_once()
    {
        var (host, eventId) = (await HostAsync(endpoint: (e, _) => e.UseMessageRetry(r => r.Immediate(50))), NewId.NextGuid());
        await StartedAsync(host);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => HandleAsync(host, new Count(Id), eventId)));

        (await SagaAsync(host)).ShouldNotBeNull().Count.ShouldBe(1);
        await ArrivedAsync(4);
        ShouldHaveOneOfEachMessage();
    }

    [Fact]
    public async Task A_send_that_fails_after_the_write_is_made_up_for_by_the_retry()
    {
        var crash = new Crash(CrashPoint.AfterTheWrite) { DiesForGood = false };
        var host = await HostAsync(bus: bus => bus.AddSendObserver(_ => crash), endpoint: (e, _) => e.UseMessageRetry(r => r.Immediate(3)));
        Meanwhile.ActAsync = crash.WhileHandling;
        await HandleAsync(host, new StartCounting(Id, ""));

        await ArrivedAsync(1);
        Mailbox.Messages<StartedCounting>().ShouldBe([new StartedCounting(Id)]);
        (await SagaAsync(host)).ShouldNotBeNull().Version.ShouldBe(0);
        Seen(host).Published<Fault>().ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_in_memory_outbox_around_it_a_message_is_still_sent_once()
    {
        var (host, eventId) = (await HostAsync(endpoint: (e, context) => e.UseInMemoryOutbox(context)), NewId.NextGuid());
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id), eventId);

        await ArrivedAsync(4);
        (await OutboxAsync())[^1].Messages.ShouldBe(3);
        ShouldHaveOneOfEachMessage();
    }

    [Fact]
    public async Task An_event_without_an_id_is_applied_each_time_and_leaves_nothing_in_the_outbox()
    {
        var host = await HostAsync();
        await StartedAsync(host);
        var endpoint = await host.GetRequiredService<ITestHarness>().Bus.GetSendEndpoint(new Uri("queue:Sending"));

        await endpoint.Send(new Count(Id), x => x.MessageId = null, Token);
        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 1, "it was counted");
        await endpoint.Send(new Count(Id), x => x.MessageId = null, Token);

        await Eventually.Is(() => Mailbox.Of<Counted>().Count == 2, "it was counted again");
        await ArrivedAsync(7);
        (await SagaAsync(host)).ShouldNotBeNull().Count.ShouldBe(2);
        (await OutboxAsync()).Count.ShouldBe(1, "the saga's first event has an id");
        Mailbox.Letters.Select(x => x.MessageId).Distinct().Count().ShouldBe(6, "but for the chosen one");
    }

    [Fact]
    public async Task A_send_after_the_event_was_handled_is_an_error_and_not_lost_in_silence()
    {
        var late = new TaskCompletionSource<IPublishEndpoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await HostAsync<LateStateMachine>(bus: bus => bus.AddSingleton(late));
        await StartedAsync(host);
        await HandleAsync(host, new Count(Id));
        await ArrivedAsync(4);

        var exception = await Should.ThrowAsync<InvalidOperationException>(async () => await (await late.Task).Publish(new CountedOnce(Id), Token));

        exception.Message.ShouldContain("Await each send");
        exception.Message.ShouldContain(Id.ToString());
    }

    private sealed class LateStateMachine : SendingStateMachine
    {
        public LateStateMachine(Meanwhile meanwhile, TaskCompletionSource<IPublishEndpoint> late)
            : base(meanwhile) => During(Active, When(Counting).Then(x => late.TrySetResult(x)));
    }

    private sealed class Delays : ISendObserver
    {
        private readonly List<(Guid? MessageId, TimeSpan Delay, string? Token)> _seen = [];

        public List<(Guid? MessageId, TimeSpan Delay, string? Token)> Seen => _seen;

        public Task PreSend<T>(SendContext<T> context)
            where T : class
        {
            if (context.Delay is { } delay)
            {
                _seen.Add((context.MessageId, delay, context.Headers.Get<string>(MessageHeaders.SchedulingTokenId)));
            }

            return Task.CompletedTask;
        }

        public Task PostSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
