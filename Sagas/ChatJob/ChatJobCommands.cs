using CloudIa.Contracts;
using CloudIa.ServiceDefaults.Messaging;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>The commands that the saga sends, each built from the saga alone: sent again, it is the same.</summary>
internal static class ChatJobCommands
{
    public static EventActivityBinder<ChatJobSaga, T> SendReceiveMessage<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(ChatJobQueues.ReceiveMessage, saga => new ReceiveMessage { JobId = saga.CorrelationId, Attempt = saga.Attempt });

    public static EventActivityBinder<ChatJobSaga, T> IfReceiveIsMissing<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.If(x => !x.Saga.MessageReceivedAt.HasValue, again => again.SendReceiveMessage());

    public static EventActivityBinder<ChatJobSaga, T> SendInvokeLlm<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(
        ChatJobQueues.InvokeLlm,
        saga => new InvokeLlm { JobId = saga.CorrelationId, Attempt = saga.Attempt, Model = saga.Model });

    /// <summary>Stores how the attempt ends: the answer, or that there is none.</summary>
    public static EventActivityBinder<ChatJobSaga, T> SendPersistMessage<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(ChatJobQueues.PersistMessage, saga => new PersistMessage
        {
            JobId = saga.CorrelationId,
            Attempt = saga.Attempt,
            Outcome = saga.Outcome ?? JobOutcome.Completed,
            FailureCode = saga.FailureCode,
        });

    public static EventActivityBinder<ChatJobSaga, T> SendNotifyClient<T>(this EventActivityBinder<ChatJobSaga, T> binder)
        where T : class => binder.SendTo(ChatJobQueues.NotifyClient, saga => new NotifyClient
        {
            JobId = saga.CorrelationId,
            Attempt = saga.Attempt,
            UserId = saga.UserId,
            ChatId = saga.ChatId,
            SessionId = saga.SessionId,
            Outcome = saga.Outcome ?? JobOutcome.Completed,
            FailureCode = saga.FailureCode,
        });

    private static EventActivityBinder<ChatJobSaga, T> SendTo<T, TCommand>(this EventActivityBinder<ChatJobSaga, T> binder, string queue, Func<ChatJobSaga, TCommand> command)
        where T : class
        where TCommand : class => binder.SendAsync(
        ChatJobQueues.Address(queue),
        context =>
        {
            context.Saga.Sending.Add(queue);
            return Task.FromResult(command(context.Saga));
        },
        // What woke the saga may have been nobody's: the sweeper's.
        (context, send) => send.TrySetGroupId(FairShares.Of(context.Saga.UserId)));
}
