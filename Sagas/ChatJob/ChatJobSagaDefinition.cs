using CloudIa.Sagas.Sweeping;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.ChatJob;

/// <summary>
/// Two rings, inside out: retry repeats at once what lost a compare-and-set to another event of the same job, or hit a hiccup of Redis or SQS
/// (milliseconds to seconds, in memory); redelivery puts the event back into SQS for longer outages. What is left after them ends in
/// <c>chat-job_error</c>, and at once what meets a value that is no saga: the sweeper begins such a job again. Commands are held back and kept by
/// the outbox, inside both (<see cref="ChatJobOutbox"/>).
/// </summary>
public sealed class ChatJobSagaDefinition(IOptions<JobOptions> options) : SagaDefinition<ChatJobSaga>
{
    private const int Concurrency = 32;
    private const int Retries = 8;

    /// <summary>2, 4, … 512 s: 17 minutes in all.</summary>
    private const int Redeliveries = 9;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstRedelivery = TimeSpan.FromSeconds(2);

    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<ChatJobSaga> sagaConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 2 * Concurrency;
        endpointConfigurator.ConcurrentMessageLimit = Concurrency;
        endpointConfigurator.Redeliver(
            RingExtensions.Doubling(FirstRedelivery, Redeliveries), options.Value.RedeliveryJitter, which => which.IgnoreCorruptSagas());
        endpointConfigurator.UseMessageRetry(r =>
        {
            r.IgnoreCorruptSagas();
            r.Exponential(Retries, FirstRetry, LastRetry, FirstRetry);
        });
        endpointConfigurator.UseChatJobOutbox(context);
    }
}
