namespace MassTransit.AmazonSqsTransport.Topology;

/// <summary>A topic as the bus makes it.</summary>
public interface Topic
{
    string EntityName { get; }

    bool Durable { get; }

    bool AutoDelete { get; }

    IDictionary<string, object> TopicAttributes { get; }

    IDictionary<string, object> TopicSubscriptionAttributes { get; }

    IDictionary<string, string> TopicTags { get; }
}
