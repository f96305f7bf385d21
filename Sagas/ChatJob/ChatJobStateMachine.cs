using CloudIa.Contracts;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Turns;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.ChatJob;

/// <summary>
/// The coordinator of one job: Waiting (for its turn in the chat) → Invoking → Persisting → Notifying → Completed, Failed, Cancelled or Expired.
/// </summary>
/// <remarks>
/// <para>
/// Each pair of state and event is decided here by name. State and commands are saved together, and an event that comes again under the same
/// message id never reaches this machine: its commands are sent again by the repository (docs/adr/0005). Every command is safe to send twice.
/// </para>
/// <para>
/// An attempt ends one way, whether there is an answer or not: its outcome is stored (Persisting), then told (Notifying), then final. What the job's
/// row says after the first of these counts: it takes one outcome for each attempt, so that a job that was to fail, but had been stored before, completes.
/// </para>
/// </remarks>
public sealed partial class ChatJobStateMachine : MassTransitStateMachine<ChatJobSaga>
{
    /// <summary>Telling the client is tried this often again before the job ends without: its answer is in the history.</summary>
    private const int MostNotifications = 3;

    private const int MostLostAnswers = 2;

    /// <summary>How much longer each time a step waits that cannot be given up: its outcome has to be stored.</summary>
    private const int MostBackoff = 16;

    /// <summary>An outcome as old as this was told, or its log is gone: telling it now would tell it twice.</summary>
    private static readonly TimeSpan Untold = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly IDeadlineIndex _deadlines;
    private readonly ITurns _turns;
    private readonly JobOptions _options;

    public ChatJobStateMachine(TimeProvider time, IDeadlineIndex deadlines, ITurns turns, IOptions<JobOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_time, _deadlines, _turns, _options) = (time, deadlines, turns, options.Value);
        InstanceState(x => x.CurrentState);
        ConnectEventObserver(new StepRecorder(time));
        CorrelateEvents();

        Initially(
            Begin(When(SubmitChatJob)
                .Then(x => x.Saga.TakeOver(x.Message))
                .Then(x => x.Saga.BeginAttempt(x.Message.Attempt, Now))
                .SendReceiveMessage()),
            Cancel(When(CancelChatJob)
                .Then(x => x.Saga.TakeOver(x.Message.Job))
                .Then(x => x.Saga.BeginAttempt(x.Message.Job.Attempt, Now))
                .SendReceiveMessage()),
            Begin(When(RetryChatJob)
                .Then(x => x.Saga.TakeOver(x.Message.Job))
                .Then(x => x.Saga.BeginAttempt(x.Message.EndedAttempt + 1, Now))
                .SendReceiveMessage()));

        During(Waiting,
            Turn(When(SubmitChatJob)),
            Turn(When(StartNextTurn)),
            When(MessageReceived, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.MessageReceivedAt ??= x.Message.Timestamp),
            FoundEnded(),
            Cancel(When(CancelChatJob)),
            End(When(ReceiveMessageFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt), JobOutcome.Failed, JobFailures.MessageNotRecorded),
            End(When(FailJobStep, x => IsOf(x, ChatJobQueues.ReceiveMessage)), JobOutcome.Failed, JobFailures.MessageNotRecorded),
            ExpireOr(When(CheckOverdueJob, x => x.Message.Deadline == x.Saga.Deadline), again => Turn(again.IfReceiveIsMissing())),
            Ignore(LlmCompleted), Ignore(MessagePersisted), Ignore(ClientNotified), Ignore(RetryChatJob),
            Ignore(InvokeLlmFaulted), Ignore(PersistMessageFaulted), Ignore(NotifyClientFaulted));

        During(Invoking,
            SendAgain(When(SubmitChatJob)),
            When(MessageReceived, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.MessageReceivedAt ??= x.Message.Timestamp)
                .If(x => x.Saga.LlmCompletedAt.HasValue, Persist),
            When(LlmCompleted, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.KeepUsage(x.Message))
                .If(x => x.Saga.MessageReceivedAt.HasValue, Persist),
            FoundEnded(),
            Cancel(When(CancelChatJob)),
            End(When(ReceiveMessageFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt), JobOutcome.Failed, JobFailures.MessageNotRecorded),
            End(When(InvokeLlmFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt), JobOutcome.Failed, x => x.Message.ExceptionType().ToModelFailure()),
            End(When(FailJobStep, x => IsOf(x, ChatJobQueues.ReceiveMessage)), JobOutcome.Failed, JobFailures.MessageNotRecorded),
            End(When(FailJobStep, x => IsOf(x, ChatJobQueues.InvokeLlm)), JobOutcome.Failed, x => x.Message.ToModelFailure()),
            SendAgain(When(FailJobStep, x => IsOf(x, ChatJobQueues.ChatJob))),
            ExpireOr(When(CheckOverdueJob, x => x.Message.Deadline == x.Saga.Deadline), again => SendAgain(again)),
            Ignore(StartNextTurn), Ignore(MessagePersisted), Ignore(ClientNotified), Ignore(RetryChatJob),
            Ignore(PersistMessageFaulted), Ignore(NotifyClientFaulted));

        During(Persisting,
            Notify(When(MessagePersisted, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.PersistedAt = x.Message.Timestamp)
                .Then(x => x.Saga.Outcome = x.Message.Outcome ?? x.Saga.Outcome ?? JobOutcome.Completed)
                .Then(x => x.Saga.FailureCode = x.Message.Outcome is null ? x.Saga.FailureCode : x.Message.FailureCode)),
            NotStored(When(PersistMessageFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt), x => x.Message.ExceptionType()),
            NotStored(When(FailJobStep, x => IsOf(x, ChatJobQueues.PersistMessage)), x => x.Message.ExceptionType),
            PersistAgain(When(FailJobStep, x => IsOf(x, ChatJobQueues.ChatJob))),
            PersistAgain(When(CheckOverdueJob, x => x.Message.Deadline == x.Saga.Deadline)),
            RetryLater(),
            Ignore(SubmitChatJob), Ignore(StartNextTurn), Ignore(MessageReceived), Ignore(LlmCompleted), Ignore(ClientNotified), Ignore(JobFoundEnded),
            Ignore(CancelChatJob), Ignore(ReceiveMessageFaulted), Ignore(InvokeLlmFaulted), Ignore(NotifyClientFaulted));

        // The outcome is stored from here on, so nothing can change it any more: a listener that could not be told finds it in the history.
        During(Notifying,
            Finish(When(ClientNotified, x => x.Message.Attempt == x.Saga.Attempt)
                .Then(x => x.Saga.KeepTold(x.Message))),
            Undelivered(When(NotifyClientFaulted, x => x.Message.Message.Attempt == x.Saga.Attempt)),
            Undelivered(When(FailJobStep, x => IsOf(x, ChatJobQueues.NotifyClient))),
            NotifyAgain(When(FailJobStep, x => IsOf(x, ChatJobQueues.ChatJob))),
            When(CheckOverdueJob, x => x.Message.Deadline == x.Saga.Deadline)
                .IfElse(x => x.Saga.Resends < MostNotifications, NotifyAgain, Undelivered),
            RetryLater(),
            Ignore(SubmitChatJob), Ignore(StartNextTurn), Ignore(MessageReceived), Ignore(LlmCompleted), Ignore(MessagePersisted), Ignore(JobFoundEnded),
            Ignore(CancelChatJob), Ignore(ReceiveMessageFaulted), Ignore(InvokeLlmFaulted), Ignore(PersistMessageFaulted));

        // Of a job that has ended only a retry makes anything: whatever else arrives late is expected.
        During(Failed, Cancelled, Expired,
            Retry(When(RetryChatJob, x => x.Message.EndedAttempt == x.Saga.Attempt)));
        During(Completed, Ignore(RetryChatJob));
        During(Completed, Failed, Cancelled, Expired,
            Ignore(SubmitChatJob), Ignore(StartNextTurn), Ignore(MessageReceived), Ignore(LlmCompleted), Ignore(MessagePersisted), Ignore(ClientNotified),
            Ignore(JobFoundEnded), Ignore(CancelChatJob), Ignore(FailJobStep), Ignore(CheckOverdueJob),
            Ignore(ReceiveMessageFaulted), Ignore(InvokeLlmFaulted), Ignore(PersistMessageFaulted), Ignore(NotifyClientFaulted));
    }

    /// <summary>The job of the chat that was accepted before this one has not ended.</summary>
    public State Waiting { get; } = null!;

    public State Invoking { get; } = null!;

    public State Persisting { get; } = null!;

    public State Notifying { get; } = null!;

    public State Completed { get; } = null!;

    public State Failed { get; } = null!;

    public State Cancelled { get; } = null!;

    public State Expired { get; } = null!;

    public Event<SubmitChatJob> SubmitChatJob { get; } = null!;

    public Event<CancelChatJob> CancelChatJob { get; } = null!;

    public Event<RetryChatJob> RetryChatJob { get; } = null!;

    public Event<StartNextTurn> StartNextTurn { get; } = null!;

    public Event<CheckOverdueJob> CheckOverdueJob { get; } = null!;

    public Event<FailJobStep> FailJobStep { get; } = null!;

    public Event<MessageReceived> MessageReceived { get; } = null!;

    public Event<LlmCompleted> LlmCompleted { get; } = null!;

    public Event<MessagePersisted> MessagePersisted { get; } = null!;

    public Event<ClientNotified> ClientNotified { get; } = null!;

    public Event<JobFoundEnded> JobFoundEnded { get; } = null!;

    public Event<Fault<ReceiveMessage>> ReceiveMessageFaulted { get; } = null!;

    public Event<Fault<InvokeLlm>> InvokeLlmFaulted { get; } = null!;

    public Event<Fault<PersistMessage>> PersistMessageFaulted { get; } = null!;

    public Event<Fault<NotifyClient>> NotifyClientFaulted { get; } = null!;
}
