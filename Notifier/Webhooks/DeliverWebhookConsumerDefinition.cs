using CloudIa.Contracts;
using CloudIa.Notifier.Configuration;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using CloudIa.Webhooks;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Webhooks;

/// <summary>
/// Which ring handles what: retry (the message stays in memory, under a second together) a dropped connection to Redis or a throttled request of ours;
/// redelivery (back to SQS, minutes) a Redis or DynamoDB that is away; then the message is a dead letter, which the operator can send again. A receiver
/// that fails is neither: it is an answer, and the next try is a command of its own, hours away if need be.
/// </summary>
internal sealed class DeliverWebhookConsumerDefinition : ConsumerDefinition<DeliverWebhookConsumer>
{
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)];

    private readonly TimeSpan[] _redeliveryDelays;
    private readonly double _jitter;
    private readonly int _concurrency;

    public DeliverWebhookConsumerDefinition(IOptions<NotifierOptions> options, IOptions<WebhookOptions> webhooks, IOptions<JobOptions> jobs)
    {
        _redeliveryDelays = options.Value.RedeliveryDelays;
        _jitter = jobs.Value.RedeliveryJitter;
        _concurrency = webhooks.Value.Concurrency;
        EndpointName = ChatJobQueues.DeliverWebhook;
        ConcurrentMessageLimit = _concurrency;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DeliverWebhookConsumer> consumerConfigurator, IRegistrationContext context)
    {
        // The command is sent to the queue: no topic, no subscription.
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.PrefetchCount = _concurrency;
        endpointConfigurator.Redeliver(_redeliveryDelays, _jitter);
        endpointConfigurator.Retry(RetryDelays);
    }
}
