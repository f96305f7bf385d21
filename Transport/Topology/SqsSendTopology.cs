using MassTransit;
using MassTransit.Topology;

namespace CloudIa.Transport.Topology;

internal sealed class SqsSendTopology : SendTopology, IAmazonSqsSendTopologyConfigurator
{
    public Action<IAmazonSqsQueueConfigurator>? ConfigureErrorSettings { private get; set; }

    public Action<IAmazonSqsQueueConfigurator>? ConfigureDeadLetterSettings { private get; set; }

    public QueueSettings ErrorQueue(QueueSettings source) =>
        source.Sibling(EntityNames.WithSuffix(source.Name, ErrorQueueNameFormatter.FormatErrorQueueName), ConfigureErrorSettings);

    public QueueSettings SkippedQueue(QueueSettings source) =>
        source.Sibling(EntityNames.WithSuffix(source.Name, DeadLetterQueueNameFormatter.FormatDeadLetterQueueName),
            ConfigureDeadLetterSettings);
}
