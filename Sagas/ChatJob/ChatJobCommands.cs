using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>The commands that the saga sends, each built from the saga alone: sent again, it is the same.</summary>
internal static class ChatJobCommands
{
    public static EventActivityBinder<ChatJobSaga, T> SendReceiveMessage<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(ChatJobQueues.ReceiveMessage, saga => new ReceiveMessage { JobId = saga.CorrelationId, Attempt = saga.Attempt });

    public static EventActivityBinder<ChatJobSaga, T> SendInvokeLlm<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(
        ChatJobQueues.InvokeLlm,
        saga => new InvokeLlm { JobId = saga.CorrelationId, Attempt = saga.Attempt, Model = saga.Model });

    public static EventActivityBinder<ChatJobSaga, T> SendPersistMessage<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(ChatJobQueues.PersistMessage, saga => Persist(saga, JobOutcome.Completed));

    public static EventActivityBinder<ChatJobSaga, T> SendNotifyClient<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(ChatJobQueues.NotifyClient, saga => Notify(saga, JobOutcome.Completed));

    /// <summary>Tells the client, and records the outcome in the job's row.</summary>
    public static EventActivityBinder<ChatJobSaga, T> SendFailure<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder
        .SendTo(ChatJobQueues.NotifyClient, saga => Notify(saga, JobOutcome.Failed))
        .SendTo(ChatJobQueues.PersistMessage, saga => Persist(saga, JobOutcome.Failed));

    private static PersistMessage Persist(ChatJobSaga saga, JobOutcome outcome) => new()
    {
        JobId = saga.CorrelationId,
        Attempt = saga.Attempt,
        Outcome = outcome,
        FailureCode = saga.FailureCode,
    };

    private static NotifyClient Notify(ChatJobSaga saga, JobOutcome outcome) => new()
    {
        JobId = saga.CorrelationId,
        Attempt = saga.Attempt,
        UserId = saga.UserId,
        ChatId = saga.ChatId,
        SessionId = saga.SessionId,
        Outcome = outcome,
        FailureCode = saga.FailureCode,
    };

    private static EventActivityBinder<ChatJobSaga, T> SendTo<T, TCommand>(this EventActivityBinder<ChatJobSaga, T> binder, string queue, Func<ChatJobSaga, TCommand> command)
        where T : class
        where TCommand : class => binder.SendAsync(ChatJobQueues.Address(queue), context => Task.FromResult(command(context.Saga)));
}
