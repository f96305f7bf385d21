namespace MassTransit;

/// <summary>The names and settings of one bus on SQS and SNS: what <c>bus.Topology</c> is.</summary>
public interface IAmazonSqsBusTopology : IBusTopology
{
    new IAmazonSqsPublishTopology PublishTopology { get; }

    new IAmazonSqsSendTopology SendTopology { get; }

    new IAmazonSqsMessagePublishTopology<T> Publish<T>()
        where T : class;

    new IAmazonSqsMessageSendTopology<T> Send<T>()
        where T : class;

    /// <summary>The address of a topic by its name, without the scope; sending there publishes.</summary>
    Uri GetDestinationAddress(string topicName, Action<IAmazonSqsTopicConfigurator>? configure = null);

    /// <summary>The address of a message's topic, by the transport's own naming.</summary>
    Uri GetDestinationAddress(Type messageType, Action<IAmazonSqsTopicConfigurator>? configure = null);
}
