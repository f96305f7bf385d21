namespace MassTransit;

public interface IAmazonSqsTopicConfigurator
{
    bool Durable { set; }

    bool AutoDelete { set; }

    /// <summary>SNS attributes of the topic, given when it is created.</summary>
    IDictionary<string, object> TopicAttributes { get; }

    /// <summary>SNS attributes of each subscription of the topic.</summary>
    IDictionary<string, object> TopicSubscriptionAttributes { get; }

    IDictionary<string, string> TopicTags { get; }

    /// <summary>Where the topic is, on a host.</summary>
    AmazonSqsEndpointAddress GetEndpointAddress(Uri hostAddress);
}
