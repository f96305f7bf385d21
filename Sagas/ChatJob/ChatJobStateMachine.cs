using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>The coordinator of one job: Invoking → Persisting → Notifying → Completed, or Failed.</summary>
/// <remarks>
/// Each pair of state and event is decided here by name. State and commands are saved together, and an event that comes again under the same
/// message id never reaches this machine: its commands are sent again by the repository (docs/adr/0005). What is told "again" below is something
/// else: the same submission in a new message, from a client that repeats its request. Every command is safe to send twice.
/// </remarks>
public sealed class ChatJobStateMachine : MassTransitStateMachine<ChatJobSaga>
{
    public ChatJobStateMachine(TimeProvider time)
    {
        InstanceState(x => x.CurrentState);
        CorrelateEvents();

        Initially(
            When(SubmitChatJob)
                .TakeOver(time)
                .SendReceiveMessage()
                .SendInvokeLlm()
                .TransitionTo(Invoking));

        During(Invoking,
            When(SubmitChatJob)
                .If(x => !x.Saga.MessageReceivedAt.HasValue, again => again.SendReceiveMessage())
                .If(x => !x.Saga.LlmCompletedAt.HasValue, again => again.SendInvokeLlm()),
            When(MessageReceived, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.MessageReceivedAt ??= x.Message.Timestamp)
                .If(x => x.Saga.LlmCompletedAt.HasValue, both => both
                    .SendPersistMessage()
                    .TransitionTo(Persisting)),
            When(LlmCompleted, x => x.Message.Attempt == x.Saga.Attempt)
                .KeepUsage()
                .If(x => x.Saga.MessageReceivedAt.HasValue, both => both
                    .SendPersistMessage()
                    .TransitionTo(Persisting)),
            When(ReceiveMessageFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt)
                .Fail(JobFailures.MessageNotRecorded, time)
                .SendFailure()
                .TransitionTo(Failed),
            When(InvokeLlmFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt)
                .Fail(x => x.Message.ToJobFailure(), time)
                .SendFailure()
                .TransitionTo(Failed),
            Ignore(MessagePersisted), Ignore(ClientNotified), Ignore(PersistMessageFaulted), Ignore(NotifyClientFaulted));

        During(Persisting,
            When(MessagePersisted, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.PersistedAt = x.Message.Timestamp)
                .SendNotifyClient()
                .TransitionTo(Notifying),
            When(PersistMessageFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt)
                .Fail(JobFailures.AnswerNotStored, time)
                .SendFailure()
                .TransitionTo(Failed),
            Ignore(SubmitChatJob), Ignore(MessageReceived), Ignore(LlmCompleted), Ignore(ClientNotified),
            Ignore(ReceiveMessageFaulted), Ignore(InvokeLlmFaulted), Ignore(NotifyClientFaulted));

        // The answer is stored from here on, so nothing can fail the job any more: a listener that could not be told finds it in the history.
        During(Notifying,
            When(ClientNotified, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.EndedAt = x.Message.Timestamp)
                .TransitionTo(Completed),
            When(NotifyClientFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.Undelivered = true)
                .Then(x => x.Saga.EndedAt = time.GetUtcNow())
                .TransitionTo(Completed),
            Ignore(SubmitChatJob), Ignore(MessageReceived), Ignore(LlmCompleted), Ignore(MessagePersisted),
            Ignore(ReceiveMessageFaulted), Ignore(InvokeLlmFaulted), Ignore(PersistMessageFaulted));

        // An ended job answers nothing: whatever arrives late is expected. The failure's own commands may fault, too.
        During(Completed, Failed,
            Ignore(SubmitChatJob), Ignore(MessageReceived), Ignore(LlmCompleted), Ignore(MessagePersisted), Ignore(ClientNotified),
            Ignore(ReceiveMessageFaulted), Ignore(InvokeLlmFaulted), Ignore(PersistMessageFaulted), Ignore(NotifyClientFaulted));
    }

    public State Invoking { get; } = null!;

    public State Persisting { get; } = null!;

    public State Notifying { get; } = null!;

    public State Completed { get; } = null!;

    public State Failed { get; } = null!;

    public Event<SubmitChatJob> SubmitChatJob { get; } = null!;

    public Event<MessageReceived> MessageReceived { get; } = null!;

    public Event<LlmCompleted> LlmCompleted { get; } = null!;

    public Event<MessagePersisted> MessagePersisted { get; } = null!;

    public Event<ClientNotified> ClientNotified { get; } = null!;

    public Event<Fault<ReceiveMessage>> ReceiveMessageFaulted { get; } = null!;

    public Event<Fault<InvokeLlm>> InvokeLlmFaulted { get; } = null!;

    public Event<Fault<PersistMessage>> PersistMessageFaulted { get; } = null!;

    public Event<Fault<NotifyClient>> NotifyClientFaulted { get; } = null!;

    // An event whose saga has expired is old: the job's outcome is in its row.
    private void CorrelateEvents()
    {
        Event(() => SubmitChatJob, e =>
        {
            e.CorrelateById(x => x.Message.JobId);
            e.ConfigureConsumeTopology = false; // a command: it comes straight to the queue
        });
        Event(() => MessageReceived, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => LlmCompleted, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => MessagePersisted, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => ClientNotified, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => ReceiveMessageFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => InvokeLlmFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => PersistMessageFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => NotifyClientFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
    }
}
