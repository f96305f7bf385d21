using CloudIa.Contracts;
using CloudIa.Notifier.Configuration;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Notifying;

/// <summary>
/// Which ring handles what: retry (the message stays in memory, under a second together) a dropped connection to Redis or a throttled
/// read; redelivery (back to SQS, minutes) a Redis or DynamoDB that is away; then the message is a dead letter, seen by the operator.
/// </summary>
internal sealed class NotifyClientConsumerDefinition : ConsumerDefinition<NotifyClientConsumer>
{
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)];

    private readonly TimeSpan[] _redeliveryDelays;
    private readonly double _jitter;

    public NotifyClientConsumerDefinition(IOptions<NotifierOptions> options, IOptions<JobOptions> jobs)
    {
        _jitter = jobs.Value.RedeliveryJitter;
        EndpointName = ChatJobQueues.NotifyClient;

        _redeliveryDelays = options.Value.RedeliveryDelays;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<NotifyClientConsumer> consumerConfigurator, IRegistrationContext context)
    {
        // The command is sent to the queue: no topic, no subscription.
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.Redeliver(_redeliveryDelays, _jitter);
        endpointConfigurator.Retry(RetryDelays);
    }
}
