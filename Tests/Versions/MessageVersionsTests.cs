using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Contracts;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Versions;

/// <summary>Messages that are under way while the services are updated: MassTransit's envelopes, as they lie in SQS.</summary>
public sealed class MessageVersionsTests
{
    private static readonly Guid JobId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");
    private static readonly Guid ChatId = new("0195d3a8-0000-7000-8000-2f6a3b8c4d10");
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly TokenUsage Usage = new() { InputTokens = 11, OutputTokens = 7 };

    private static readonly SubmitChatJob Submit = new()
    {
        JobId = JobId,
        UserId = "ada",
        ChatId = ChatId,
        SessionId = "session-1",
        Model = "echo-1",
        AcceptedAt = Time,
        AfterJobId = ChatId,
        Turn = 2,
        Attempt = 2,
    };

    /// <summary>One of each contract, with all that it can have.</summary>
    private static readonly Dictionary<string, Case> Cases = new Case[]
    {
        new Case<SubmitChatJob>(Submit, Submit with { AfterJobId = null, Turn = 0, Attempt = 1 }),
        new Case<CancelChatJob>(new() { JobId = JobId, Job = Submit }),
        new Case<RetryChatJob>(new() { JobId = JobId, EndedAttempt = 1, Job = Submit }),
        new Case<StartNextTurn>(new() { JobId = JobId }),
        new Case<CheckOverdueJob>(new() { JobId = JobId, Deadline = Time }),
        new Case<FailJobStep>(new() { JobId = JobId, Attempt = 1, Queue = "invoke-llm", ExceptionType = "System.Exception" }),
        new Case<ReceiveMessage>(new() { JobId = JobId, Attempt = 1 }, InFirst: true),
        new Case<InvokeLlm>(
            new() { JobId = JobId, Attempt = 1, Model = "echo-1", Tries = 2, GiveUpAt = Time },
            new() { JobId = JobId, Attempt = 1, Model = "echo-1" }),
        new Case<PersistMessage>(new() { JobId = JobId, Attempt = 1, Outcome = JobOutcome.Failed, FailureCode = "model_unavailable" }, InFirst: true),
        new Case<NotifyClient>(
            new() { JobId = JobId, Attempt = 1, UserId = "ada", ChatId = ChatId, SessionId = "session-1", Outcome = JobOutcome.Failed, FailureCode = "model_unavailable" },
            InFirst: true),
        new Case<MessageReceived>(new() { JobId = JobId, Attempt = 1, Timestamp = Time }, InFirst: true),
        new Case<LlmCompleted>(new() { JobId = JobId, Attempt = 1, Model = "echo-1", Usage = Usage, Timestamp = Time }, InFirst: true),
        new Case<MessagePersisted>(
            new() { JobId = JobId, Attempt = 1, Outcome = JobOutcome.Cancelled, FailureCode = "cancelled", Timestamp = Time },
            new() { JobId = JobId, Attempt = 1, Timestamp = Time }),
        new Case<ClientNotified>(
            new() { JobId = JobId, Attempt = 1, SessionConnections = 2, Connections = 3, Timestamp = Time },
            new() { JobId = JobId, Attempt = 1, SessionConnections = 2, Timestamp = Time }),
        new Case<DeliverWebhook>(new()
        {
            JobId = JobId,
            Attempt = 1,
            UserId = "ada",
            ChatId = ChatId,
            WebhookId = ChatId,
            Outcome = JobOutcome.Failed,
            FailureCode = "model_unavailable",
            Timestamp = Time,
            Try = 3,
            NotBefore = Time,
            Hop = 2,
        }),
        new Case<JobFoundEnded>(new() { JobId = JobId, Attempt = 1, OutcomeAttempt = 2, Outcome = JobOutcome.Expired, FailureCode = "expired", EndedAt = Time }),
    }.ToDictionary(x => x.Name);

    public static TheoryData<string> Contracts { get; } = [.. Cases.Keys];

    public static TheoryData<string> FirstContracts { get; } = [.. Cases.Values.Where(x => x.InFirstVersion).Select(x => x.Name)];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_message_of_today_is_written_as_the_file_says_and_read_as_it_was(string contract)
    {
        Golden.ShouldBeWritten(contract, Cases[contract].Write());

        Cases[contract].ShouldBeToday(Golden.Text("today", contract));
    }

    [Theory]
    [MemberData(nameof(FirstContracts))]
    public void A_message_of_the_first_version_is_read(string contract) => Cases[contract].ShouldBeFirst(Golden.Text("first", contract));

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Fields_of_a_version_to_come_are_read_over(string contract) => Cases[contract].ShouldBeToday(Golden.WithUnknownFields(Golden.Text("today", contract)));

    /// <summary>The message fails, becomes a dead letter, and the sweeper has the step repeated: another outcome is never taken for it.</summary>
    [Theory]
    [InlineData("PersistMessage")]
    [InlineData("NotifyClient")]
    [InlineData("DeliverWebhook")]
    [InlineData("MessagePersisted")]
    [InlineData("JobFoundEnded")]
    public void An_outcome_of_a_version_to_come_fails_and_is_not_guessed(string contract)
    {
        var envelope = JsonNode.Parse(Golden.Text("today", contract))!;
        envelope["message"]!["outcome"] = "Postponed";

        Should.Throw<Exception>(() => Cases[contract].ReadAny(envelope.ToJsonString())).GetBaseException().ShouldBeOfType<JsonException>();
    }

    [Fact]
    public void Every_contract_has_its_files()
    {
        var contracts = typeof(SubmitChatJob).Assembly.GetExportedTypes()
            .Where(x => x.Namespace == typeof(SubmitChatJob).Namespace && x.GetProperty("JobId") is not null).Select(x => x.Name);

        Cases.Keys.ShouldBe(contracts, ignoreOrder: true);
    }

    [Fact]
    public void A_failure_of_a_version_to_come_is_told_in_general_words()
    {
        var failure = JobFailures.FromCode("out_of_credit");

        (failure.Code, failure.Retryable).ShouldBe(("out_of_credit", true));
        failure.Message.ShouldNotBeEmpty();
    }

    internal static T Read<T>(string envelope)
        where T : class
    {
        var context = SystemTextJsonMessageSerializer.Instance.Deserialize(new StringMessageBody(envelope), Substitute.For<Headers>());
        return context.TryGetMessage<T>(out var message) ? message! : throw new InvalidOperationException($"It is no {typeof(T).Name}.");
    }

    private abstract record Case(string Name, bool InFirstVersion)
    {
        public abstract byte[] Write();

        public abstract object ReadAny(string envelope);

        public abstract void ShouldBeToday(string envelope);

        public abstract void ShouldBeFirst(string envelope);
    }

    /// <param name="Today">All fields.</param>
    /// <param name="First">What is read from the first version's file.</param>
    private sealed record Case<T>(T Today, T? First = null, bool InFirst = false) : Case(typeof(T).Name, InFirst || First is not null)
        where T : class
    {
        public override byte[] Write()
        {
            var context = new MessageSendContext<T>(Today)
            {
                MessageId = JobId,
                ConversationId = ChatId,
                SourceAddress = new("amazonsqs://us-east-1/api"),
                DestinationAddress = new("amazonsqs://us-east-1/queue"),
            };
            var envelope = JsonNode.Parse(SystemTextJsonMessageSerializer.Instance.GetMessageBody(context).GetBytes())!;
            envelope["sentTime"] = Time.UtcDateTime;
            envelope["host"] = new JsonObject { ["machineName"] = "machine", ["processName"] = "CloudIa", ["massTransitVersion"] = "8.5" };
            return Encoding.UTF8.GetBytes(envelope.ToJsonString());
        }

        public override object ReadAny(string envelope) => Read<T>(envelope);

        public override void ShouldBeToday(string envelope) => Read<T>(envelope).ShouldBe(Today);

        public override void ShouldBeFirst(string envelope) => Read<T>(envelope).ShouldBe(First ?? Today);
    }
}
