using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>What an event makes the saga remember.</summary>
internal static class ChatJobFacts
{
    public static EventActivityBinder<ChatJobSaga, SubmitChatJob> TakeOver(this EventActivityBinder<ChatJobSaga, SubmitChatJob> binder, TimeProvider time) =>
        binder.Then(context =>
        {
            context.Saga.UserId = context.Message.UserId;
            context.Saga.ChatId = context.Message.ChatId;
            context.Saga.SessionId = context.Message.SessionId;
            context.Saga.Model = context.Message.Model;
            context.Saga.AcceptedAt = context.Message.AcceptedAt;
            context.Saga.StartedAt = time.GetUtcNow();
            context.Saga.Attempt = 1;
        });

    public static EventActivityBinder<ChatJobSaga, LlmCompleted> KeepUsage(this EventActivityBinder<ChatJobSaga, LlmCompleted> binder) =>
        binder.Then(context =>
        {
            context.Saga.LlmCompletedAt ??= context.Message.Timestamp;
            context.Saga.Model = context.Message.Model;
            context.Saga.Usage = context.Message.Usage;
        });

    public static EventActivityBinder<ChatJobSaga, T> Fail<T>(this EventActivityBinder<ChatJobSaga, T> binder, JobFailure failure, TimeProvider time)
        where T : class => binder.Fail(_ => failure, time);

    public static EventActivityBinder<ChatJobSaga, T> Fail<T>(this EventActivityBinder<ChatJobSaga, T> binder, Func<BehaviorContext<ChatJobSaga, T>, JobFailure> failure,
        TimeProvider time)
        where T : class => binder.Then(context =>
        {
            context.Saga.FailureCode = failure(context).Code;
            context.Saga.EndedAt = time.GetUtcNow();
        });

    /// <summary>What Processor's exception means for the client. By the end of the type's name: the saga does not know Processor's types.</summary>
    public static JobFailure ToJobFailure(this Fault<InvokeLlm> fault) =>
        fault.Exceptions is [{ ExceptionType: { } type }, ..] && type.EndsWith("ModelRefusedException", StringComparison.Ordinal)
            ? JobFailures.ModelRefused
            : JobFailures.ModelUnavailable;
}
