using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>
/// Three rings, inside out. Polly, around the model call until its first token (seconds; see <c>Llm/Resilience</c>). Retry, for blips
/// of Redis and DynamoDB (the message stays in memory); what Polly gave up is not for this ring. Redelivery, for a model that is
/// away or broke off (seconds to minutes, the message goes back to SQS), and, with more patience, for an attempt that another run
/// is answering. A refusal and a job without a row pass all rings: they fault at once.
/// </summary>
/// <remarks>
/// Both redeliveries count in the same header. So a message that waited long for another run and then fails on its own faults
/// earlier; the run it waited for had its own redeliveries.
/// </remarks>
internal sealed class InvokeLlmConsumerDefinition : ConsumerDefinition<InvokeLlmConsumer>
{
    private readonly ProcessorOptions _options;
    private readonly double _jitter;

    public InvokeLlmConsumerDefinition(IOptions<ProcessorOptions> options, IOptions<JobOptions> jobs)
    {
        _options = options.Value;
        _jitter = jobs.Value.RedeliveryJitter;
        EndpointName = ChatJobQueues.InvokeLlm;
        ConcurrentMessageLimit = _options.InvokeConcurrency;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<InvokeLlmConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.PrefetchCount = _options.InvokeConcurrency;

        endpointConfigurator.Redeliver(_options.BusyDelays(), _jitter, r => r.Handle<ModelRunBusyException>());
        endpointConfigurator.Redeliver(_options.RedeliveryDelays, _jitter, r => r.Ignore(
            typeof(ModelRefusedException), typeof(JobNotFoundException), typeof(ModelRunBusyException)));
        endpointConfigurator.Retry(_options.RetryDelays, r => r.Ignore(
            typeof(ModelRefusedException), typeof(JobNotFoundException), typeof(ModelRunBusyException), typeof(ModelUnavailableException)));
    }
}
