using MassTransit;
using MassTransit.Topology;

namespace CloudIa.Transport.Topology;

internal sealed class SqsPublishTopology(IMessageTopology messages) : PublishTopology, IAmazonSqsPublishTopologyConfigurator
{
    public IDictionary<string, object> TopicAttributes { get; } = new Dictionary<string, object>();

    public IDictionary<string, object> TopicSubscriptionAttributes { get; } = new Dictionary<string, object>();

    public IDictionary<string, string> TopicTags { get; } = new Dictionary<string, string>();

    IAmazonSqsMessagePublishTopologyConfigurator<T> IAmazonSqsPublishTopologyConfigurator.GetMessageTopology<T>() =>
        (IAmazonSqsMessagePublishTopologyConfigurator<T>)GetMessageTopology<T>();

    IAmazonSqsMessagePublishTopology<T> IAmazonSqsPublishTopology.GetMessageTopology<T>() =>
        (IAmazonSqsMessagePublishTopology<T>)GetMessageTopology<T>();

    IAmazonSqsMessagePublishTopologyConfigurator IAmazonSqsPublishTopologyConfigurator.GetMessageTopology(Type messageType) =>
        (IAmazonSqsMessagePublishTopologyConfigurator)GetMessageTopology(messageType);

    public TopicSettings TopicOf<T>()
        where T : class =>
        ((IHasTopic)GetMessageTopology<T>()).Topic;

    /// <summary>The topics of all messages that the bus was told it publishes.</summary>
    public IReadOnlyList<TopicSettings> AllTopics()
    {
        var topics = new List<TopicSettings>();
        ForEachMessageType<IHasTopic>(x =>
        {
            if (!x.Exclude)
                topics.Add(x.Topic);
        });
        return topics;
    }

    // Concrete types only: no topics of base types and interfaces, so that a publish is one call.
    protected override IMessagePublishTopologyConfigurator CreateMessageTopology<T>()
    {
        var topology = new SqsMessagePublishTopology<T>(this, messages.GetMessageTopology<T>());
        OnMessageTopologyCreated(topology);
        return topology;
    }
}
