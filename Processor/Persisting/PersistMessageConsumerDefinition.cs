using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Persisting;

/// <summary>
/// Two rings, inside out: retry (a blip of DynamoDB or Redis; the message stays in memory), redelivery (either away for seconds to
/// minutes; the message goes back to SQS). What is left faults. An answer that is missing may be there a moment later, when Redis
/// has changed its primary, so it is retried, but waiting for minutes would not bring it back. A job without a row faults at once.
/// </summary>
internal sealed class PersistMessageConsumerDefinition : ConsumerDefinition<PersistMessageConsumer>
{
    private readonly ProcessorOptions _options;
    private readonly double _jitter;

    public PersistMessageConsumerDefinition(IOptions<ProcessorOptions> options, IOptions<JobOptions> jobs)
    {
        _options = options.Value;
        _jitter = jobs.Value.RedeliveryJitter;
        EndpointName = ChatJobQueues.PersistMessage;
        ConcurrentMessageLimit = _options.StoreConcurrency;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<PersistMessageConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.PrefetchCount = _options.StoreConcurrency;
        endpointConfigurator.Redeliver(_options.RedeliveryDelays, _jitter, r => r.Ignore(typeof(JobNotFoundException), typeof(AnswerMissingException)));
        endpointConfigurator.Retry(_options.RetryDelays, r => r.Ignore<JobNotFoundException>());
    }
}
