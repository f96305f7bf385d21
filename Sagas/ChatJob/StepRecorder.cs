using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>Writes into the saga, before it is saved, what each event did to it. Events that did nothing leave no trace.</summary>
internal sealed class StepRecorder(TimeProvider time) : IEventObserver<ChatJobSaga>
{
    public Task PreExecute(BehaviorContext<ChatJobSaga> context) => Before(context);

    public Task PreExecute<T>(BehaviorContext<ChatJobSaga, T> context)
        where T : class => Before(context);

    public Task PostExecute(BehaviorContext<ChatJobSaga> context) => After(context);

    public Task PostExecute<T>(BehaviorContext<ChatJobSaga, T> context)
        where T : class => After(context);

    public Task ExecuteFault(BehaviorContext<ChatJobSaga> context, Exception exception) => Task.CompletedTask;

    public Task ExecuteFault<T>(BehaviorContext<ChatJobSaga, T> context, Exception exception)
        where T : class => Task.CompletedTask;

    private static Task Before(BehaviorContext<ChatJobSaga> context)
    {
        context.Saga.Sending.Clear();
        context.AddOrUpdatePayload(() => Facts.Of(context.Saga), _ => Facts.Of(context.Saga));
        return Task.CompletedTask;
    }

    private Task After(BehaviorContext<ChatJobSaga> context)
    {
        var saga = context.Saga;
        if (saga.Sending.Count == 0 && context.TryGetPayload(out Facts? before) && before == Facts.Of(saga))
            return Task.CompletedTask;

        saga.AddStep(new ChatJobStep
        {
            At = time.GetUtcNow(),
            Event = context.Event.Name,
            State = saga.CurrentState,
            Attempt = saga.Attempt,
            Sent = saga.Sending.Count == 0 ? null : [.. saga.Sending],
        });
        saga.Sending.Clear();
        return Task.CompletedTask;
    }

    private sealed record Facts(string State, int Attempt, DateTimeOffset? MessageReceivedAt, DateTimeOffset? LlmCompletedAt, DateTimeOffset? Deadline, bool RetryRequested)
    {
        public static Facts Of(ChatJobSaga saga) => new(saga.CurrentState, saga.Attempt, saga.MessageReceivedAt, saga.LlmCompletedAt, saga.Deadline, saga.RetryRequested);
    }
}
