using MassTransit;
using MassTransit.Topology;

namespace CloudIa.Transport.Topology;

internal sealed class SqsSendTopology : SendTopology, IAmazonSqsSendTopologyConfigurator
{
    public Action<IAmazonSqsQueueConfigurator>? ConfigureErrorSettings { private get; set; }

    public Action<IAmazonSqsQueueConfigurator>? ConfigureDeadLetterSettings { private get; set; }

    IAmazonSqsMessageSendTopologyConfigurator<T> IAmazonSqsSendTopology.GetMessageTopology<T>() =>
        (IAmazonSqsMessageSendTopologyConfigurator<T>)GetMessageTopology<T>();

    public QueueSettings ErrorQueue(QueueSettings source, bool kept = true) =>
        source.Sibling(EntityNames.WithSuffix(source.Name, ErrorQueueNameFormatter.FormatErrorQueueName), kept, ConfigureErrorSettings);

    public QueueSettings SkippedQueue(QueueSettings source, bool kept = true) =>
        source.Sibling(EntityNames.WithSuffix(source.Name, DeadLetterQueueNameFormatter.FormatDeadLetterQueueName), kept,
            ConfigureDeadLetterSettings);

    protected override IMessageSendTopologyConfigurator CreateMessageTopology<T>(Type type)
    {
        var topology = new SqsMessageSendTopology<T>();
        OnMessageTopologyCreated(topology);
        return topology;
    }
}
