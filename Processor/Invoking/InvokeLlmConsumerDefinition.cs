using CloudIa.Contracts;
using CloudIa.Processor.Configuration;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>
/// Three rings, inside out. Polly, around the model call until its first token, and the next provider after it (seconds; see <c>Llm/Resilience</c>).
/// Retry, for blips of Redis and DynamoDB (the message stays in memory). Redelivery, for either away for longer, and, with more patience, for an attempt
/// that another run is answering. A model that no provider can answer is for none of them: the consumer sends the command again itself, with the time of
/// the next try and the count (<see cref="Postponement"/>), until it gives up. That, a refusal and a job without a row pass all rings: they fault at once.
/// </summary>
/// <remarks>
/// Both redeliveries count in the same header. So a message that waited long for another run and then fails on its own faults
/// earlier; the run it waited for had its own redeliveries.
/// </remarks>
internal sealed class InvokeLlmConsumerDefinition : ConsumerDefinition<InvokeLlmConsumer>
{
    private static readonly Type[] Final =
        [typeof(ModelRefusedException), typeof(ModelUnavailableException), typeof(ModelCircuitOpenException), typeof(JobNotFoundException)];

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
        endpointConfigurator.PrefetchCount = _options.InvokePrefetch ?? (2 * _options.InvokeConcurrency);

        endpointConfigurator.Redeliver(_options.BusyDelays(), _jitter, r => r.Handle<ModelRunBusyException>());
        endpointConfigurator.Redeliver(_options.RedeliveryDelays, _jitter, r => r.Ignore([typeof(ModelRunBusyException), .. Final]));
        endpointConfigurator.Retry(_options.RetryDelays, r => r.Ignore([typeof(ModelRunBusyException), .. Final]));
    }
}
