using System.Linq.Expressions;
using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <content>What the table of states and events is written with.</content>
public sealed partial class ChatJobStateMachine
{
    private DateTimeOffset Now => _time.GetUtcNow();

    private static bool IsOf(BehaviorContext<ChatJobSaga, FailJobStep> context, string queue) =>
        context.Message.Queue == queue && (context.Message.Attempt == context.Saga.Attempt || context.Message.Attempt == Contracts.FailJobStep.WhicheverItIs);

    /// <summary>Asks the model, or waits for the job before.</summary>
    private EventActivityBinder<ChatJobSaga, T> Begin<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .Then(x => x.Saga.ExpiresAt = Now + _options.Lifetime)
        .IfElseAsync(x => _turns.IsFreeAsync(x.Saga, x.CancellationToken), Invoke, busy => busy
            .ThenAsync(x => SetDeadlineAsync(x, _options.TurnCheck))
            .TransitionTo(Waiting));

    /// <summary>Looks again whether the job before has ended.</summary>
    private EventActivityBinder<ChatJobSaga, T> Turn<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .IfElseAsync(x => _turns.IsFreeAsync(x.Saga, x.CancellationToken), Invoke, busy => busy
            .ThenAsync(x => SetDeadlineAsync(x, _options.TurnCheck)));

    private EventActivityBinder<ChatJobSaga, T> Invoke<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .SendInvokeLlm()
        .Then(x => x.Saga.ExpiresAt = Now + _options.Lifetime)
        .Then(x => x.Saga.Resends = 0)
        .ThenAsync(x => SetDeadlineAsync(x, _options.InvokingDeadline))
        .TransitionTo(Invoking);

    /// <summary>Sends again what the state still waits for.</summary>
    private EventActivityBinder<ChatJobSaga, T> SendAgain<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .IfReceiveIsMissing()
        .If(x => !x.Saga.LlmCompletedAt.HasValue, again => again.SendInvokeLlm())
        .ThenAsync(x => SetDeadlineAsync(x, _options.InvokingDeadline));

    private EventActivityBinder<ChatJobSaga, T> ExpireOr<T>(
        EventActivityBinder<ChatJobSaga, T> binder, Func<EventActivityBinder<ChatJobSaga, T>, EventActivityBinder<ChatJobSaga, T>> again)
        where T : class => binder
        .IfElse(x => Now >= x.Saga.ExpiresAt,
            expired => End(expired, JobOutcome.Expired, JobFailures.Expired),
            sooner => again(sooner.Then(x => x.Saga.Resends++)));

    private EventActivityBinder<ChatJobSaga, T> Persist<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .SendPersistMessage()
        .Then(x => x.Saga.Resends = 0)
        .ThenAsync(x => SetDeadlineAsync(x, _options.StepDeadline))
        .TransitionTo(Persisting);

    private EventActivityBinder<ChatJobSaga, CancelChatJob> Cancel(EventActivityBinder<ChatJobSaga, CancelChatJob> binder) => binder
        .IfElse(x => x.Message.AsExpired,
            expired => End(expired, JobOutcome.Expired, JobFailures.Expired),
            cancelled => End(cancelled, JobOutcome.Cancelled, JobFailures.Cancelled));

    /// <summary>Without an answer.</summary>
    private EventActivityBinder<ChatJobSaga, T> End<T>(EventActivityBinder<ChatJobSaga, T> binder, JobOutcome outcome, JobFailure failure)
        where T : class => End(binder, outcome, _ => failure);

    private EventActivityBinder<ChatJobSaga, T> End<T>(
        EventActivityBinder<ChatJobSaga, T> binder, JobOutcome outcome, Func<BehaviorContext<ChatJobSaga, T>, JobFailure> failure)
        where T : class => Persist(binder.Then(x => x.Saga.EndAs(outcome, failure(x))));

    /// <summary>
    /// The answer could not be stored. Where it is lost the model is asked again; else the job fails. That it failed has to be stored, too: what cannot
    /// be is sent again for as long as it takes, because a job whose row says nothing would be begun again from there.
    /// </summary>
    private EventActivityBinder<ChatJobSaga, T> NotStored<T>(EventActivityBinder<ChatJobSaga, T> binder, Func<BehaviorContext<ChatJobSaga, T>, string?> exceptionType)
        where T : class => binder
        .IfElse(x => exceptionType(x).IsJobMissing(), Abandon, stored => stored
            .If(x => x.Saga.Outcome is null or JobOutcome.Completed, answer => answer
                .IfElse(x => exceptionType(x).IsAnswerMissing() && x.Saga.LostAnswers < MostLostAnswers,
                    lost => Invoke(lost
                        .Then(x => x.Saga.LostAnswers++)
                        .Then(x => x.Saga.LlmCompletedAt = null)),
                    failed => End(failed, JobOutcome.Failed, JobFailures.AnswerNotStored))));

    /// <summary>The job has no row, as after a table was taken back to an earlier state: there is nothing to store its end in, and nobody to tell.</summary>
    private EventActivityBinder<ChatJobSaga, T> Abandon<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => Undelivered(binder
        .Then(x => x.Saga.EndAs(JobOutcome.Failed, JobFailures.AnswerNotStored))
        .ThenAsync(TellWhoWaitsAsync));

    private EventActivityBinder<ChatJobSaga, T> PersistAgain<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .SendPersistMessage()
        .ThenAsync(x => SetDeadlineAsync(x, _options.StepDeadline * Math.Min(MostBackoff, 1 << Math.Min(x.Saga.Resends, 10))))
        .Then(x => x.Saga.Resends++);

    private EventActivityBinder<ChatJobSaga, T> Notify<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .ThenAsync(TellWhoWaitsAsync)
        .SendNotifyClient()
        .Then(x => x.Saga.Resends = 0)
        .ThenAsync(x => SetDeadlineAsync(x, _options.StepDeadline))
        .TransitionTo(Notifying);

    private EventActivityBinder<ChatJobSaga, T> NotifyAgain<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .SendNotifyClient()
        .Then(x => x.Saga.Resends++)
        .ThenAsync(x => SetDeadlineAsync(x, _options.StepDeadline));

    private EventActivityBinder<ChatJobSaga, T> Undelivered<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => Finish(binder
        .Then(x => x.Saga.Undelivered = true)
        .Then(x => x.Saga.EndedAt = Now));

    private EventActivityBinder<ChatJobSaga, T> Finish<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .Then(x => x.Saga.Deadline = null)
        .ThenAsync(x => _deadlines.RemoveAsync(x.Saga.CorrelationId, x.CancellationToken))
        .IfElse(x => x.Saga.Outcome is null or JobOutcome.Completed, x => x.TransitionTo(Completed), x => x
            .IfElse(y => y.Saga.RetryRequested, Retry, y => y
                .IfElse(z => z.Saga.Outcome is JobOutcome.Cancelled, z => z.TransitionTo(Cancelled), z => z
                    .IfElse(u => u.Saga.Outcome is JobOutcome.Expired, u => u.TransitionTo(Expired), u => u.TransitionTo(Failed)))));

    /// <summary>Where the attempt that ended had an answer, it is only to be stored.</summary>
    private EventActivityBinder<ChatJobSaga, T> Retry<T>(EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .Then(x => x.Saga.BeginAttempt(x.Saga.Attempt + 1, Now))
        .IfElse(x => x.Saga.LlmCompletedAt.HasValue && x.Saga.MessageReceivedAt.HasValue, Persist, again => Begin(again.IfReceiveIsMissing()));

    /// <summary>The row says already how the attempt ended, and its listeners do not know it yet.</summary>
    private EventActivityBinder<ChatJobSaga, RetryChatJob> RetryLater() =>
        When(RetryChatJob, x => x.Message.EndedAttempt == x.Saga.Attempt)
            .Then(x => x.Saga.RetryRequested = true);

    /// <summary>The saga was lost and begun again, after the attempt had ended, and perhaps newer ones: the saga is then the last one's.</summary>
    private EventActivityBinder<ChatJobSaga, JobFoundEnded> FoundEnded() =>
        When(JobFoundEnded, x => x.Message.Attempt == x.Saga.Attempt)
            .Then(x => x.Saga.Attempt = x.Message.OutcomeAttempt ?? x.Saga.Attempt)
            .Then(x => x.Saga.Outcome = x.Message.Outcome)
            .Then(x => x.Saga.FailureCode = x.Message.FailureCode)
            .Then(x => x.Saga.PersistedAt = x.Message.EndedAt)
            .IfElse(x => Now - x.Message.EndedAt < Untold, Notify, old => Finish(old
                .ThenAsync(TellWhoWaitsAsync)
                .Then(x => x.Saga.EndedAt = x.Message.EndedAt)));

    /// <summary>Before the saga is written: an index that names too many jobs is only looked through once more.</summary>
    private Task SetDeadlineAsync<T>(BehaviorContext<ChatJobSaga, T> context, TimeSpan after)
        where T : class
    {
        var saga = context.Saga;
        var deadline = Now + after;
        if (saga.Outcome is null && saga.CurrentState != nameof(Notifying) && saga.ExpiresAt is { } end && end < deadline && end > Now)
            deadline = end;

        saga.Deadline = deadline;
        return _deadlines.SetAsync(saga.CorrelationId, deadline, context.CancellationToken);
    }

    private async Task TellWhoWaitsAsync<T>(BehaviorContext<ChatJobSaga, T> context)
        where T : class
    {
        var address = ChatJobQueues.Address(ChatJobQueues.ChatJob);
        foreach (var jobId in await _turns.WaitingForAsync(context.Saga.CorrelationId, context.CancellationToken))
            await context.Send(address, new StartNextTurn { JobId = jobId });
    }

    // An event whose saga has expired is old: the job's outcome is in its row. A job that has no saga yet is found by its row.
    private void CorrelateEvents()
    {
        Command(() => SubmitChatJob, e => e.CorrelateById(x => x.Message.JobId));
        Command(() => CancelChatJob, e => e.CorrelateById(x => x.Message.JobId));
        Command(() => RetryChatJob, e => e.CorrelateById(x => x.Message.JobId));
        Command(() => StartNextTurn, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Command(() => CheckOverdueJob, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Command(() => FailJobStep, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => MessageReceived, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => LlmCompleted, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => MessagePersisted, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => ClientNotified, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => JobFoundEnded, e => { e.CorrelateById(x => x.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => ReceiveMessageFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => InvokeLlmFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => PersistMessageFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
        Event(() => NotifyClientFaulted, e => { e.CorrelateById(x => x.Message.Message.JobId); e.OnMissingInstance(x => x.Discard()); });
    }

    /// <summary>It comes straight to the queue: no topic, no subscription.</summary>
    private void Command<T>(Expression<Func<Event<T>>> command, Action<IEventCorrelationConfigurator<ChatJobSaga, T>> configure)
        where T : class => Event(command, e =>
        {
            configure(e);
            e.ConfigureConsumeTopology = false;
        });
}
