using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using MassTransit;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas;

/// <summary>Every pair of state and event, and what comes of it.</summary>
public sealed class ChatJobDecisionsTests
{
    private const string None = "";
    private const string Again = "";

    /// <summary>State, event, the state after it (empty: the same), the commands sent.</summary>
    public static readonly TheoryData<string, string, string, string> Decisions = new()
    {
        { "Invoking", "SubmitChatJob", Again, "ReceiveMessage InvokeLlm" },
        { "Invoking", "MessageReceived", Again, None },
        { "Invoking", "LlmCompleted", Again, None },
        { "Invoking", "MessagePersisted", Again, None },
        { "Invoking", "ClientNotified", Again, None },
        { "Invoking", "ReceiveMessageFaulted", "Failed", "PersistMessage NotifyClient" },
        { "Invoking", "InvokeLlmFaulted", "Failed", "PersistMessage NotifyClient" },
        { "Invoking", "PersistMessageFaulted", Again, None },
        { "Invoking", "NotifyClientFaulted", Again, None },

        { "Persisting", "SubmitChatJob", Again, None },
        { "Persisting", "MessageReceived", Again, None },
        { "Persisting", "LlmCompleted", Again, None },
        { "Persisting", "MessagePersisted", "Notifying", "NotifyClient" },
        { "Persisting", "ClientNotified", Again, None },
        { "Persisting", "ReceiveMessageFaulted", Again, None },
        { "Persisting", "InvokeLlmFaulted", Again, None },
        { "Persisting", "PersistMessageFaulted", "Failed", "PersistMessage NotifyClient" },
        { "Persisting", "NotifyClientFaulted", Again, None },

        { "Notifying", "SubmitChatJob", Again, None },
        { "Notifying", "MessageReceived", Again, None },
        { "Notifying", "LlmCompleted", Again, None },
        { "Notifying", "MessagePersisted", Again, None },
        { "Notifying", "ClientNotified", "Completed", None },
        { "Notifying", "ReceiveMessageFaulted", Again, None },
        { "Notifying", "InvokeLlmFaulted", Again, None },
        { "Notifying", "PersistMessageFaulted", Again, None },
        { "Notifying", "NotifyClientFaulted", "Completed", None },

        { "Completed", "SubmitChatJob", Again, None },
        { "Completed", "MessageReceived", Again, None },
        { "Completed", "LlmCompleted", Again, None },
        { "Completed", "MessagePersisted", Again, None },
        { "Completed", "ClientNotified", Again, None },
        { "Completed", "ReceiveMessageFaulted", Again, None },
        { "Completed", "InvokeLlmFaulted", Again, None },
        { "Completed", "PersistMessageFaulted", Again, None },
        { "Completed", "NotifyClientFaulted", Again, None },

        { "Failed", "SubmitChatJob", Again, None },
        { "Failed", "MessageReceived", Again, None },
        { "Failed", "LlmCompleted", Again, None },
        { "Failed", "MessagePersisted", Again, None },
        { "Failed", "ClientNotified", Again, None },
        { "Failed", "ReceiveMessageFaulted", Again, None },
        { "Failed", "InvokeLlmFaulted", Again, None },
        { "Failed", "PersistMessageFaulted", Again, None },
        { "Failed", "NotifyClientFaulted", Again, None },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task Each_event_in_each_state_does_what_the_table_says(string state, string @event, string next, string commands)
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Given(state);

        await SendAsync(job, @event, attempt: 1);

        job.Saga!.CurrentState.ShouldBe(next == Again ? state : next);
        job.CommandNames.ShouldBe(commands);
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task An_event_of_another_attempt_changes_nothing(string state, string @event, string next, string commands)
    {
        _ = (next, commands);
        if (@event == "SubmitChatJob")
            return; // it belongs to no attempt

        await using var job = await ChatJobDriver.StartAsync();
        job.Given(state, saga => saga.Attempt = 2);

        await SendAsync(job, @event, attempt: 1);

        job.Saga!.CurrentState.ShouldBe(state);
        job.Saga.MessageReceivedAt.ShouldBeNull();
        job.Saga.LlmCompletedAt.ShouldBeNull();
        job.CommandNames.ShouldBe(None);
    }

    [Fact]
    public async Task An_event_without_a_saga_is_dropped()
    {
        foreach (var @event in Decisions.Select(row => row.Data.Item2).Distinct().Where(name => name != "SubmitChatJob"))
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
        var machine = new ChatJobStateMachine(new FakeTimeProvider());
        var states = machine.States.Select(state => state.Name).Except(["Initial", "Final"]);
        var events = machine.Events.Select(@event => @event.Name).Where(name => !name.Contains('.', StringComparison.Ordinal)).ToList();

        var expected = from state in states from @event in events select $"{state} × {@event}";

        Decisions.Select(row => $"{row.Data.Item1} × {row.Data.Item2}").ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public void The_queues_have_the_names_that_the_contracts_say()
    {
        new KebabCaseEndpointNameFormatter(includeNamespace: false).Saga<ChatJobSaga>().ShouldBe(ChatJobQueues.ChatJob);
    }

    private static Task SendAsync(ChatJobDriver job, string @event, int attempt) => @event switch
    {
        "SubmitChatJob" => job.HandleAsync(job.Submit()),
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
