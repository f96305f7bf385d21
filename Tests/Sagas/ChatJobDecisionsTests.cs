using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas;

/// <summary>Every pair of state and event, and what comes of it.</summary>
public sealed class ChatJobDecisionsTests
{
    private const string None = "";
    private const string Same = "";

    private static readonly string[] States = ["Waiting", "Invoking", "Persisting", "Notifying", "Completed", "Failed", "Cancelled", "Expired"];

    private static readonly string[] Events =
    [
        "SubmitChatJob", "CancelChatJob", "RetryChatJob", "StartNextTurn", "CheckOverdueJob", "FailJobStep",
        "MessageReceived", "LlmCompleted", "MessagePersisted", "ClientNotified", "JobFoundEnded",
        "ReceiveMessageFaulted", "InvokeLlmFaulted", "PersistMessageFaulted", "NotifyClientFaulted",
    ];

    /// <summary>What does something. All other pairs are known to do nothing: none faults as "not accepted".</summary>
    private static readonly Dictionary<(string State, string Event), (string Next, string Commands)> Effects = new()
    {
        [("Waiting", "SubmitChatJob")] = ("Invoking", "InvokeLlm"),
        [("Waiting", "StartNextTurn")] = ("Invoking", "InvokeLlm"),
        [("Waiting", "CheckOverdueJob")] = ("Invoking", "ReceiveMessage InvokeLlm"),
        [("Waiting", "CancelChatJob")] = ("Persisting", "PersistMessage"),
        [("Waiting", "JobFoundEnded")] = ("Notifying", "NotifyClient"),
        [("Waiting", "ReceiveMessageFaulted")] = ("Persisting", "PersistMessage"),

        [("Invoking", "SubmitChatJob")] = (Same, "ReceiveMessage InvokeLlm"),
        [("Invoking", "CheckOverdueJob")] = (Same, "ReceiveMessage InvokeLlm"),
        [("Invoking", "CancelChatJob")] = ("Persisting", "PersistMessage"),
        [("Invoking", "JobFoundEnded")] = ("Notifying", "NotifyClient"),
        [("Invoking", "ReceiveMessageFaulted")] = ("Persisting", "PersistMessage"),
        [("Invoking", "InvokeLlmFaulted")] = ("Persisting", "PersistMessage"),
        [("Invoking", "FailJobStep")] = ("Persisting", "PersistMessage"),

        [("Persisting", "MessagePersisted")] = ("Notifying", "NotifyClient"),
        [("Persisting", "PersistMessageFaulted")] = (Same, "PersistMessage"),
        [("Persisting", "FailJobStep")] = (Same, "PersistMessage"),
        [("Persisting", "CheckOverdueJob")] = (Same, "PersistMessage"),

        [("Notifying", "ClientNotified")] = ("Completed", None),
        [("Notifying", "NotifyClientFaulted")] = ("Completed", None),
        [("Notifying", "FailJobStep")] = ("Completed", None),
        [("Notifying", "CheckOverdueJob")] = (Same, "NotifyClient"),

        [("Failed", "RetryChatJob")] = ("Invoking", "ReceiveMessage InvokeLlm"),
        [("Cancelled", "RetryChatJob")] = ("Invoking", "ReceiveMessage InvokeLlm"),
        [("Expired", "RetryChatJob")] = ("Invoking", "ReceiveMessage InvokeLlm"),
    };

    public static TheoryData<string, string> Decisions { get; } =
        [.. from state in States from @event in Events select (state, @event)];

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task Each_event_in_each_state_does_what_the_table_says(string state, string @event)
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Given(state);

        await SendAsync(job, @event, attempt: 1);

        var (next, commands) = Effects.GetValueOrDefault((state, @event), (Same, None));
        job.Saga!.CurrentState.ShouldBe(next == Same ? state : next);
        job.CommandNames.ShouldBe(commands);
        job.Saga.Attempt.ShouldBe(@event == "RetryChatJob" && next != Same ? 2 : 1);
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task An_event_of_another_attempt_changes_nothing(string state, string @event)
    {
        if (@event is "SubmitChatJob" or "CancelChatJob" or "StartNextTurn" or "CheckOverdueJob")
            return; // they belong to no attempt

        await using var job = await ChatJobDriver.StartAsync();
        job.Given(state, saga => saga.Attempt = 2);

        await SendAsync(job, @event, attempt: 1);

        job.Saga!.CurrentState.ShouldBe(state);
        job.Saga.Attempt.ShouldBe(2);
        job.Saga.MessageReceivedAt.ShouldBeNull();
        job.Saga.LlmCompletedAt.ShouldBeNull();
        job.CommandNames.ShouldBe(None);
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task A_live_state_has_a_deadline_and_a_final_one_has_none(string state, string @event)
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Given(state);

        await SendAsync(job, @event, attempt: 1);
        if (!Effects.ContainsKey((state, @event)))
            return;

        var live = job.Saga!.CurrentState is "Waiting" or "Invoking" or "Persisting" or "Notifying";
        (job.Saga.Deadline is not null).ShouldBe(live);
        job.Deadlines[job.JobId].ShouldBe(job.Saga.Deadline);
    }

    [Fact]
    public async Task An_event_without_a_saga_is_dropped()
    {
        foreach (var @event in Events.Except(["SubmitChatJob", "CancelChatJob", "RetryChatJob"]))
        {
            await using var job = await ChatJobDriver.StartAsync();
            await SendAsync(job, @event, attempt: 1);
            job.SagaCount.ShouldBe(0, @event);
            job.CommandNames.ShouldBe(None, @event);
        }
    }

    [Fact]
    public void The_table_has_every_state_and_every_event_of_the_machine()
    {
        var machine = new ChatJobStateMachine(new FakeTimeProvider(), new FakeDeadlineIndex(), new FakeTurns(), Options.Create(new JobOptions()));

        machine.States.Select(state => state.Name).Except(["Initial", "Final"]).ShouldBe(States, ignoreOrder: true);
        machine.Events.Select(@event => @event.Name).Where(name => !name.Contains('.', StringComparison.Ordinal)).ShouldBe(Events, ignoreOrder: true);
    }

    [Fact]
    public void The_queues_have_the_names_that_the_contracts_say()
    {
        new KebabCaseEndpointNameFormatter(includeNamespace: false).Saga<ChatJobSaga>().ShouldBe(ChatJobQueues.ChatJob);
    }

    private static Task SendAsync(ChatJobDriver job, string @event, int attempt) => @event switch
    {
        "SubmitChatJob" => job.HandleAsync(job.Submit()),
        "CancelChatJob" => job.HandleAsync(new CancelChatJob { JobId = job.JobId, Job = job.Submit() }),
        "RetryChatJob" => job.HandleAsync(new RetryChatJob { JobId = job.JobId, EndedAttempt = attempt, Job = job.Submit() }),
        "StartNextTurn" => job.HandleAsync(new StartNextTurn { JobId = job.JobId }),
        "CheckOverdueJob" => job.HandleAsync(new CheckOverdueJob { JobId = job.JobId, Deadline = job.Saga?.Deadline }),
        "FailJobStep" => job.HandleAsync(new FailJobStep
        {
            JobId = job.JobId,
            Attempt = attempt,
            Queue = job.Saga?.CurrentState switch
            {
                "Persisting" => ChatJobQueues.PersistMessage,
                "Notifying" => ChatJobQueues.NotifyClient,
                _ => ChatJobQueues.InvokeLlm,
            },
        }),
        "JobFoundEnded" => job.HandleAsync(new JobFoundEnded { JobId = job.JobId, Attempt = attempt, Outcome = JobOutcome.Completed, EndedAt = job.Time.GetUtcNow() }),
        "MessageReceived" => job.HandleAsync(new MessageReceived { JobId = job.JobId, Attempt = attempt, Timestamp = job.Time.GetUtcNow() }),
        "LlmCompleted" => job.HandleAsync(new LlmCompleted { JobId = job.JobId, Attempt = attempt, Model = "m", Usage = new(), Timestamp = job.Time.GetUtcNow() }),
        "MessagePersisted" => job.HandleAsync(new MessagePersisted { JobId = job.JobId, Attempt = attempt, Timestamp = job.Time.GetUtcNow() }),
        "ClientNotified" => job.HandleAsync(new ClientNotified { JobId = job.JobId, Attempt = attempt, SessionConnections = 1, Timestamp = job.Time.GetUtcNow() }),
        "ReceiveMessageFaulted" => FaultAsync(job, new ReceiveMessage { JobId = job.JobId, Attempt = attempt }),
        "InvokeLlmFaulted" => FaultAsync(job, new InvokeLlm { JobId = job.JobId, Attempt = attempt }),
        "PersistMessageFaulted" => FaultAsync(job, new PersistMessage { JobId = job.JobId, Attempt = attempt, Outcome = JobOutcome.Completed }),
        "NotifyClientFaulted" => FaultAsync(job, new NotifyClient
        {
            JobId = job.JobId,
            Attempt = attempt,
            UserId = "ada",
            ChatId = job.JobId,
            Outcome = JobOutcome.Completed,
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "There is no such event."),
    };

    private static Task FaultAsync<T>(ChatJobDriver job, T message)
        where T : class => job.HandleAsync<Fault<T>>(new FaultOf<T>(message, "System.Exception"));
}
