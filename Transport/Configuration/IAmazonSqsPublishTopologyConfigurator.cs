namespace MassTransit;

public interface IAmazonSqsPublishTopologyConfigurator : IPublishTopologyConfigurator
{
    /// <summary>For every topic; what a message says itself wins.</summary>
    IDictionary<string, object> TopicAttributes { get; }

    IDictionary<string, object> TopicSubscriptionAttributes { get; }

    IDictionary<string, string> TopicTags { get; }

    new IAmazonSqsMessagePublishTopologyConfigurator<T> GetMessageTopology<T>()
        where T : class;

    new IAmazonSqsMessagePublishTopologyConfigurator GetMessageTopology(Type messageType);
}
