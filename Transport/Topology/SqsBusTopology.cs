using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;

namespace CloudIa.Transport.Topology;

internal sealed class SqsBusTopology(IHostConfiguration host, SqsTopologyConfiguration topology) :
    BusTopology(host, topology),
    IAmazonSqsBusTopology
{
    private readonly IHostConfiguration _host = host;

    IAmazonSqsPublishTopology IAmazonSqsBusTopology.PublishTopology => topology.Publish;

    IAmazonSqsSendTopology IAmazonSqsBusTopology.SendTopology => topology.Send;

    IAmazonSqsMessagePublishTopology<T> IAmazonSqsBusTopology.Publish<T>() =>
        ((IAmazonSqsPublishTopology)topology.Publish).GetMessageTopology<T>();

    IAmazonSqsMessageSendTopology<T> IAmazonSqsBusTopology.Send<T>() =>
        ((IAmazonSqsSendTopology)topology.Send).GetMessageTopology<T>();

    public Uri GetDestinationAddress(string topicName, Action<IAmazonSqsTopicConfigurator>? configure = null)
    {
        var address = new AmazonSqsEndpointAddress(_host.HostAddress, new Uri($"topic:{topicName}"));
        return Configured(new TopicSettings(address.Name, address.Durable, address.AutoDelete), configure);
    }

    public Uri GetDestinationAddress(Type messageType, Action<IAmazonSqsTopicConfigurator>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        if (!topology.Publish.TryGetPublishAddress(messageType, _host.HostAddress, out var address))
            throw new ArgumentException($"{messageType} is no message that can be published, so it has no topic.", nameof(messageType));

        var topic = new AmazonSqsEndpointAddress(_host.HostAddress, address!);
        return Configured(new TopicSettings(topic.Name, topic.Durable, topic.AutoDelete), configure);
    }

    private Uri Configured(TopicSettings topic, Action<IAmazonSqsTopicConfigurator>? configure)
    {
        configure?.Invoke(topic);
        return topic.Address(_host.HostAddress);
    }
}
