using CloudIa.Contracts;
using CloudIa.Notifier.Configuration;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Notifying;

/// <summary>
/// Which ring handles what: retry (the message stays in memory, under a second together) a dropped connection to Redis or a throttled
/// read; redelivery (back to SQS, minutes) a Redis or DynamoDB that is away; then the message is a dead letter, seen by the operator.
/// </summary>
public sealed class NotifyClientConsumerDefinition : ConsumerDefinition<NotifyClientConsumer>
{
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)];

    private readonly TimeSpan[] _redeliveryDelays;

    public NotifyClientConsumerDefinition(IOptions<NotifierOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EndpointName = ChatJobQueues.NotifyClient;

        // 2 s, 4 s, 8 s …; the option's range keeps the last within SQS's 15 minutes.
        _redeliveryDelays = [.. Enumerable.Range(1, options.Value.Redeliveries).Select(x => TimeSpan.FromSeconds(1 << x))];
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<NotifyClientConsumer> consumerConfigurator, IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(endpointConfigurator);

        // The command is sent to the queue: no topic, no subscription.
        endpointConfigurator.ConfigureConsumeTopology = false;
        if (_redeliveryDelays.Length > 0)
        {
            endpointConfigurator.UseDelayedRedelivery(x => x.Intervals(_redeliveryDelays));
        }

        endpointConfigurator.UseMessageRetry(x => x.Intervals(RetryDelays));
    }
}
