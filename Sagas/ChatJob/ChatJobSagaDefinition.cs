using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>
/// Two rings, inside out: retry repeats at once what lost a compare-and-set to another event of the same job, or hit a hiccup of Redis or SQS
/// (milliseconds to seconds, in memory); redelivery puts the event back into SQS for longer outages. What is left after them ends in
/// <c>chat-job_error</c>. Commands are held back and kept by the outbox, inside both (<see cref="ChatJobOutbox"/>).
/// </summary>
public sealed class ChatJobSagaDefinition : SagaDefinition<ChatJobSaga>
{
    private const int Concurrency = 32;
    private const int Retries = 8;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan[] Redeliveries =
        [.. new[] { 2, 4, 8, 16, 32, 64, 128, 256, 512 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<ChatJobSaga> sagaConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 2 * Concurrency;
        endpointConfigurator.ConcurrentMessageLimit = Concurrency;
        endpointConfigurator.UseDelayedRedelivery(r => r.Intervals(Redeliveries));
        endpointConfigurator.UseMessageRetry(r => r.Exponential(Retries, FirstRetry, LastRetry, FirstRetry));
        endpointConfigurator.UseChatJobOutbox(context);
    }
}
