using System.Text;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.SagaRepository;
using CloudIa.SagaRepository.Outbox;
using CloudIa.SagaRepository.Redis;
using CloudIa.Sagas.ChatJob;
using CloudIa.Tests.Sagas.Model;
using MassTransit;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Versions;

/// <summary>Sagas that are under way while the services are updated.</summary>
public sealed class SagaVersionsTests
{
    private const string Today = "today";
    private const string First = "first";

    internal static readonly Guid JobId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");
    private static readonly Guid ChatId = new("0195d3a8-0000-7000-8000-2f6a3b8c4d10");
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static TheoryData<string> States { get; } = ["Waiting", "Invoking", "Persisting", "Notifying", "Completed", "Failed", "Cancelled", "Expired"];

    /// <summary>Of the version before deadlines.</summary>
    public static TheoryData<string> FirstStates { get; } = ["Invoking", "Persisting", "Notifying", "Completed", "Failed"];

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_saga_of_today_is_written_as_the_file_says_and_read_as_it_was(string state)
    {
        foreach (var outbox in new[] { SagaOutbox.Empty, Outbox() })
        {
            var name = Name(state, outbox);
            var saga = Saga(state);
            Golden.ShouldBeWritten(name, await WriteAsync(saga, outbox));

            var read = await ReadAsync(Golden.Bytes(Today, name));

            Json(read.Saga!).ShouldBe(Json(saga));
            read.Outbox.Events.Count.ShouldBe(outbox.Events.Count);
            if (outbox.Events.Count > 0)
                ShouldBeTheSame(read.Outbox);
        }
    }

    [Fact]
    public async Task The_remains_of_a_saga_are_written_as_the_file_says_and_are_no_saga()
    {
        byte[] value = [];
        var store = Store(written: x => value = x);
        await store.TryCreateGoneAsync(JobId, version: 7, new([new("5rdBaOunw11RKqbL", 1772366400)]), TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        Golden.ShouldBeWritten("saga.gone", value);

        var read = await ReadAsync(Golden.Bytes(Today, "saga.gone"));

        read.Saga.ShouldBeNull();
        read.Outbox.Gone.ShouldBeTrue();
        read.Outbox.Find("5rdBaOunw11RKqbL").ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(FirstStates))]
    public async Task A_saga_of_the_first_version_is_read_and_what_it_had_not_is_as_for_a_new_one(string state)
    {
        foreach (var name in new[] { $"saga.{state}", $"saga.{state}.outbox" })
        {
            var read = await ReadAsync(Golden.Bytes(First, name));
            var saga = read.Saga.ShouldNotBeNull();

            saga.CurrentState.ShouldBe(state);
            (saga.CorrelationId, saga.ChatId, saga.UserId, saga.SessionId).ShouldBe((JobId, ChatId, "ada", "session-1"));
            (saga.Version, saga.Attempt, saga.Model).ShouldBe((3, 1, "echo-1"));
            (saga.AcceptedAt, saga.StartedAt).ShouldBe((Time, Time.AddSeconds(1)));
            saga.MessageReceivedAt.ShouldBe(Time.AddSeconds(2));
            saga.Usage.ShouldBe(state == "Invoking" ? null : new TokenUsage { InputTokens = 11, OutputTokens = 7 });
            saga.FailureCode.ShouldBe(state == "Failed" ? "model_unavailable" : null);
            (saga.Deadline, saga.ExpiresAt, saga.Outcome, saga.AfterJobId).ShouldBe((null, null, null, null));
            (saga.Resends, saga.LostAnswers, saga.Undelivered, saga.Turn, saga.RetryRequested).ShouldBe((0, 0, false, 0L, false));
            (read.Outbox.Events.Count > 0).ShouldBe(name.EndsWith("outbox", StringComparison.Ordinal));
            if (read.Outbox.Events.Count > 0)
                ShouldBeTheSame(read.Outbox);
        }
    }

    [Theory]
    [InlineData("Invoking", "InvokeLlm", "Invoking")]
    [InlineData("Persisting", "PersistMessage", "Persisting")]
    [InlineData("Notifying", "NotifyClient", "Notifying")]
    [InlineData("Completed", "", "Completed")]
    [InlineData("Failed", "", "Failed")]
    public async Task The_sweeper_moves_a_saga_of_the_first_version_that_has_no_deadline(string state, string commands, string next)
    {
        var saga = (await ReadAsync(Golden.Bytes(First, $"saga.{state}"))).Saga!;

        var step = Handle(saga, new CheckOverdueJob { JobId = JobId, Deadline = saga.Deadline });

        string.Join(' ', step.Sent.Select(x => x.GetType().Name)).ShouldBe(commands);
        var after = RealSaga.Read(step.Value!);
        after.CurrentState.ShouldBe(next);
        (after.Deadline is not null).ShouldBe(commands.Length > 0);
    }

    [Fact]
    public async Task A_saga_of_the_first_version_goes_all_the_way_with_events_of_the_first_version()
    {
        var saga = (await ReadAsync(Golden.Bytes(First, "saga.Invoking"))).Saga!;

        saga = RealSaga.Read(Handle(saga, MessageVersionsTests.Read<LlmCompleted>(Golden.Text(First, "LlmCompleted"))).Value!);
        saga.CurrentState.ShouldBe("Persisting");
        saga = RealSaga.Read(Handle(saga, MessageVersionsTests.Read<MessagePersisted>(Golden.Text(First, "MessagePersisted"))).Value!);
        saga.CurrentState.ShouldBe("Notifying");
        saga = RealSaga.Read(Handle(saga, MessageVersionsTests.Read<ClientNotified>(Golden.Text(First, "ClientNotified"))).Value!);
        saga.CurrentState.ShouldBe("Completed");
    }

    [Fact]
    public async Task A_failed_saga_of_the_first_version_can_be_retried()
    {
        var saga = (await ReadAsync(Golden.Bytes(First, "saga.Failed"))).Saga!;
        saga.LlmCompletedAt = null;

        var after = RealSaga.Read(Handle(saga, MessageVersionsTests.Read<RetryChatJob>(Golden.Text(Today, "RetryChatJob"))).Value!);

        (after.CurrentState, after.Attempt, after.FailureCode).ShouldBe(("Invoking", 2, null));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Fields_of_a_version_to_come_are_read_over(string state)
    {
        var value = Encoding.UTF8.GetBytes(Golden.WithUnknownFields(Golden.Text(Today, Name(state, Outbox()))));

        var read = await ReadAsync(value);

        Json(read.Saga!).ShouldBe(Json(Saga(state)));
        ShouldBeTheSame(read.Outbox);
    }

    /// <summary>The sweeper puts it aside and begins the job again from its row: a version back loses the attempt, not the job.</summary>
    [Fact]
    public async Task An_outcome_of_a_version_to_come_makes_the_value_corrupt()
    {
        var value = Golden.Text(Today, "saga.Failed").Replace("\"outcome\": \"Failed\"", "\"outcome\": \"Postponed\"", StringComparison.Ordinal);
        value.ShouldContain("Postponed");

        await Should.ThrowAsync<CorruptSagaException>(() => ReadAsync(Encoding.UTF8.GetBytes(value)));
    }

    /// <summary>Its events fail, and end as dead letters that can be sent again when the newer version is back. The value stays as it is.</summary>
    [Fact]
    public async Task A_state_of_a_version_to_come_is_read_and_its_events_fail()
    {
        var saga = (await ReadAsync(Encoding.UTF8.GetBytes(Golden.Text(Today, "saga.Invoking").Replace("Invoking", "Moderating", StringComparison.Ordinal)))).Saga!;
        saga.CurrentState.ShouldBe("Moderating");

        Should.Throw<UnknownStateException>(() => Handle(saga, new CheckOverdueJob { JobId = JobId, Deadline = saga.Deadline }));
    }

    internal static async Task<Stored<ChatJobSaga>> ReadAsync(byte[] value) => (await Store(value).LoadAsync(JobId, TestContext.Current.CancellationToken))!;

    private static async Task<byte[]> WriteAsync(ChatJobSaga saga, SagaOutbox outbox)
    {
        byte[] value = [];
        await Store(written: x => value = x).TryCreateAsync(saga, outbox, TestContext.Current.CancellationToken);
        return value;
    }

    /// <summary>The real store of sagas, on a database that has this value.</summary>
    private static SagaStore<ChatJobSaga> Store(byte[]? value = null, Action<byte[]>? written = null)
    {
        var database = Substitute.For<IDatabase>();
        database.StringGetAsync(default(RedisKey), default).ReturnsForAnyArgs(Task.FromResult<RedisValue>(value));
        database.StringSetAsync(default, default, default(Expiration), default(ValueCondition)).ReturnsForAnyArgs(call =>
        {
            written?.Invoke((byte[])call.ArgAt<RedisValue>(1)!);
            return Task.FromResult(true);
        });
        return new(new("chat-job:", null, OutboxSettings.Off with { On = true }), () => Task.FromResult(database));
    }

    private static SagaStep Handle(ChatJobSaga saga, object @event) =>
        new RealSaga().Handle(Json(saga), @event, JobId, Time.AddMinutes(1), free: true, waiting: null, mutation: null);

    private static string Json(ChatJobSaga saga) => JsonSerializer.Serialize(saga, MassTransit.Serialization.SystemTextJsonMessageSerializer.Options);

    private static string Name(string state, SagaOutbox outbox) => $"saga.{state}" + (outbox.IsEmpty ? "" : ".outbox");

    internal static SagaOutbox Outbox() => new(
    [
        new("5rdBaOunw11RKqbL", 1772366400),
        new("gJb0oyZk2c9ExHQT", 1772366402,
        [
            new()
            {
                MessageId = JobId,
                ConversationId = ChatId,
                DestinationAddress = new("amazonsqs://us-east-1/notify-client"),
                SourceAddress = new("amazonsqs://us-east-1/chat-job"),
                SentTime = Time.UtcDateTime,
                ContentType = "application/vnd.masstransit+json",
                MessageType = ["urn:message:CloudIa.Contracts:NotifyClient"],
                Body = JsonSerializer.SerializeToElement(new { message = new { jobId = JobId, attempt = 1 } }),
                Properties = JsonSerializer.SerializeToElement(new { GroupId = "g" }),
            },
        ]),
    ]);

    private static void ShouldBeTheSame(SagaOutbox outbox)
    {
        outbox.Events.Select(x => (x.Id, x.At)).ShouldBe([("5rdBaOunw11RKqbL", 1772366400), ("gJb0oyZk2c9ExHQT", 1772366402)]);
        var (message, expected) = (outbox.Events[1].Messages.ShouldNotBeNull().ShouldHaveSingleItem(), Outbox().Events[1].Messages![0]);
        message.MessageId.ShouldBe(expected.MessageId);
        message.DestinationAddress.ShouldBe(expected.DestinationAddress);
        message.SentTime.ShouldBe(expected.SentTime);
        message.MessageType.ShouldBe(expected.MessageType);
        message.Body.GetProperty("message").GetProperty("jobId").GetGuid().ShouldBe(JobId);
    }

    private static ChatJobSaga Saga(string state)
    {
        var (answered, ended) = (state is "Persisting" or "Notifying" or "Completed", state is "Completed" or "Failed" or "Cancelled" or "Expired");
        return new()
        {
            CorrelationId = JobId,
            Version = 3,
            CurrentState = state,
            UserId = "ada",
            ChatId = ChatId,
            SessionId = "session-1",
            Model = "echo-1",
            Attempt = 1,
            AfterJobId = state == "Waiting" ? ChatId : null,
            Turn = 2,
            RetryRequested = state == "Notifying",
            AcceptedAt = Time,
            StartedAt = Time.AddSeconds(1),
            Deadline = ended ? null : Time.AddMinutes(20),
            ExpiresAt = Time.AddHours(1),
            MessageReceivedAt = Time.AddSeconds(2),
            LlmCompletedAt = answered ? Time.AddSeconds(3) : null,
            PersistedAt = ended || state == "Notifying" ? Time.AddSeconds(4) : null,
            EndedAt = ended ? Time.AddSeconds(5) : null,
            Usage = answered ? new() { InputTokens = 11, OutputTokens = 7 } : null,
            Outcome = ended || state == "Notifying" ? Enum.Parse<JobOutcome>(ended ? state : "Completed") : null,
            FailureCode = state is "Failed" ? "model_unavailable" : state is "Cancelled" or "Expired" ? state.ToLowerInvariant() : null,
        };
    }
}
