namespace MassTransit;

public interface IAmazonSqsPublishTopology : IPublishTopology
{
    /// <summary>For every topic; what a message says itself wins.</summary>
    IDictionary<string, object> TopicAttributes { get; }

    IDictionary<string, object> TopicSubscriptionAttributes { get; }

    IDictionary<string, string> TopicTags { get; }

    new IAmazonSqsMessagePublishTopology<T> GetMessageTopology<T>()
        where T : class;
}
