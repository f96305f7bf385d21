using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class OutboxKillOnGarnetTests(StandInsFixture standIns) : OutboxKillTests(standIns, RedisKind.Garnet);

public sealed class OutboxKillOnRedisTests(StandInsFixture standIns) : OutboxKillTests(standIns, RedisKind.Redis);

/// <summary>A process is killed with signal 9 in the middle of an event, over SQS, SNS and Redis, and SQS gives the event to another one.</summary>
public abstract class OutboxKillTests(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    private const int Killed = 128 + 9;
    private readonly Guid _id = NewId.NextGuid();
    private readonly StandInsFixture _standIns = standIns;

    [Theory]
    [InlineData(CrashPoint.AfterTheRead)]
    [InlineData(CrashPoint.AfterTheWrite)]
    [InlineData(CrashPoint.AfterTheFirstSend)]
    [InlineData(CrashPoint.AfterTheSecondSend)]
    [InlineData(CrashPoint.BeforeTheAcknowledgement)]
    public async Task Wherever_a_process_is_killed_the_state_changes_once_and_each_message_has_one_id(CrashPoint point)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs env and signal 9.");
        var (sqs, scope, mailbox) = (await _standIns.SqsUrl(), _standIns.UniqueName("k"), new Mailbox());
        await using var outside = await MailboxAsync(sqs, scope, mailbox);
        await Database.StringSetAsync($"{Prefix}{_id}", $$"""{"correlationId":"{{_id}}","version":0,"currentState":"Active"}""");
        await outside.SendAsync(KilledHost.SagaQueue(scope), new Count(_id));

        await using (var process = KilledHost.StartProcess(sqs, scope, ConnectionString, Prefix, point))
        {
            await process.Exited.WaitAsync(TimeSpan.FromMinutes(1), Token);
            process.ExitCode.ShouldBe(Killed, process.Output);
        }

        (await OutboxEventsAsync()).ShouldBe(point == CrashPoint.AfterTheRead ? 0 : 1);
        await using var next = await KilledHost.StartAsync(sqs, scope, Redis, Prefix, new Crash(CrashPoint.Nowhere));
        await Eventually.Is(() => mailbox.Different.Count == 2, "the two messages that are consumed have arrived");
        await Eventually.Is(() => IsEmptyAsync(outside, KilledHost.SagaQueue(scope)), "the event is acknowledged");
        await Eventually.Is(async () => await IsEmptyAsync(outside, KilledHost.TellQueue(scope)) && await IsEmptyAsync(outside, MailboxQueue(scope)), "all that was sent has arrived");

        mailbox.Different.OfType<Tell>().ShouldBe([new Tell(_id, 1)]);
        mailbox.Different.OfType<Counted>().ShouldBe([new Counted(_id, 1)]);
        await ShouldHaveOneNoteAsync(outside);
        using var saga = JsonDocument.Parse((string)(await Database.StringGetAsync($"{Prefix}{_id}"))!);
        saga.RootElement.GetProperty("count").GetInt32().ShouldBe(1);
        saga.RootElement.GetProperty("version").GetInt32().ShouldBe(1);
    }

    private static string MailboxQueue(string scope) => $"{scope}-mailbox";

    private static Task<TestBus> MailboxAsync(Uri sqs, string scope, Mailbox mailbox) => StartAsync(new StandInBackend(sqs).CreateAsync(scope: scope, configure: cfg =>
    {
        cfg.ReceiveEndpoint(KilledHost.TellQueue(scope), e =>
        {
            e.WaitTimeSeconds = 1;
            e.ConfigureConsumeTopology = false;
            e.Instance(mailbox);
        });
        cfg.ReceiveEndpoint(MailboxQueue(scope), e =>
        {
            e.WaitTimeSeconds = 1;
            e.Instance(mailbox);
        });
    }));

    private static async Task<TestBus> StartAsync(Task<TestBus> bus)
    {
        await (await bus).Control.StartAsync(Token);
        return await bus;
    }

    private static async Task<bool> IsEmptyAsync(TestBus bus, string queue)
    {
        var attributes = await bus.AttributesAsync(queue);
        return new[] { "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible" }
            .Sum(x => int.Parse(attributes[x], CultureInfo.InvariantCulture)) == 0;
    }

    /// <summary>The one in the FIFO queue: it has its group and its deduplication id, and the id that its sender chose.</summary>
    private static async Task ShouldHaveOneNoteAsync(TestBus bus)
    {
        var url = (await bus.Sqs.GetQueueUrlAsync(KilledHost.NoteQueue(bus.Scope))).QueueUrl;
        var notes = (await bus.Sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest(url) { MessageSystemAttributeNames = ["All"], MaxNumberOfMessages = 10, WaitTimeSeconds = 5 })).Messages;
        notes.ShouldNotBeNull().ShouldNotBeEmpty();
        foreach (var note in notes)
        {
            note.Attributes["MessageGroupId"].ShouldBe(SendingStateMachine.Group);
            note.Attributes["MessageDeduplicationId"].ShouldBe(SendingStateMachine.Deduplication);
            using var envelope = JsonDocument.Parse(note.Body);
            envelope.RootElement.GetProperty("messageId").GetGuid().ShouldBe(SendingStateMachine.ChosenId);
        }
    }

    private async Task<int> OutboxEventsAsync()
    {
        using var saga = JsonDocument.Parse((string)(await Database.StringGetAsync($"{Prefix}{_id}"))!);
        return saga.RootElement.TryGetProperty("$outbox", out var outbox) ? outbox.GetProperty("events").GetArrayLength() : 0;
    }
}
