using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Receiving;

/// <summary>
/// Two rings, inside out: retry (a write that DynamoDB refused for the moment; the message stays in memory), redelivery (DynamoDB
/// away for seconds to minutes; the message goes back to SQS). What is left faults, and the job fails. A job without a row will
/// have none later either: it faults at once.
/// </summary>
internal sealed class ReceiveMessageConsumerDefinition : ConsumerDefinition<ReceiveMessageConsumer>
{
    private readonly ProcessorOptions _options;

    public ReceiveMessageConsumerDefinition(IOptions<ProcessorOptions> options)
    {
        _options = options.Value;
        EndpointName = ChatJobQueues.ReceiveMessage;
        ConcurrentMessageLimit = _options.StoreConcurrency;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ReceiveMessageConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.PrefetchCount = _options.StoreConcurrency;
        endpointConfigurator.Redeliver(_options.RedeliveryDelays, r => r.Ignore<JobNotFoundException>());
        endpointConfigurator.Retry(_options.RetryDelays, r => r.Ignore<JobNotFoundException>());
    }
}
