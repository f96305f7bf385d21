namespace MassTransit;

public interface IAmazonSqsBusFactoryConfigurator :
    IBusFactoryConfigurator<IAmazonSqsReceiveEndpointConfigurator>,
    IAmazonSqsQueueEndpointConfigurator
{
    new IAmazonSqsSendTopologyConfigurator SendTopology { get; }

    new IAmazonSqsPublishTopologyConfigurator PublishTopology { get; }

    /// <summary>How one message is sent.</summary>
    void Send<T>(Action<IAmazonSqsMessageSendTopologyConfigurator<T>>? configureTopology = null)
        where T : class;

    /// <summary>Attributes and tags of the topic of one message.</summary>
    void Publish<T>(Action<IAmazonSqsMessagePublishTopologyConfigurator<T>>? configureTopology = null)
        where T : class;

    void Publish(Type messageType, Action<IAmazonSqsMessagePublishTopologyConfigurator>? configure = null);

    /// <summary>Names the bus queue, which is otherwise <c>{machine}_{process}_bus_{id}</c>.</summary>
    void OverrideDefaultBusEndpointQueueName(string value);

    void Host(AmazonSqsHostSettings settings);
}
