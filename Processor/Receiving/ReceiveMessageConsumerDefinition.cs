using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
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
    private readonly double _jitter;

    public ReceiveMessageConsumerDefinition(IOptions<ProcessorOptions> options, IOptions<JobOptions> jobs)
    {
        _options = options.Value;
        _jitter = jobs.Value.RedeliveryJitter;
        EndpointName = ChatJobQueues.ReceiveMessage;
        ConcurrentMessageLimit = _options.StoreConcurrency;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ReceiveMessageConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.PrefetchCount = _options.StoreConcurrency;
        endpointConfigurator.Redeliver(_options.RedeliveryDelays, _jitter, r => r.Ignore<JobNotFoundException>());
        endpointConfigurator.Retry(_options.RetryDelays, r => r.Ignore<JobNotFoundException>());
    }
}
