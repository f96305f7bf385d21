using MassTransit;
using MassTransit.AmazonSqsTransport.Topology;
using static MassTransit.AmazonSqsEndpointAddress;

namespace CloudIa.Transport.Topology;

/// <summary>A topic as it shall be, and what its subscriptions get.</summary>
internal sealed class TopicSettings(string name, bool durable = true, bool autoDelete = false) : IAmazonSqsTopicSubscriptionConfigurator, Topic
{
    public string Name { get; } = name;

    string Topic.EntityName => Name;

    public bool Durable { get; set; } = durable;

    public bool AutoDelete { get; set; } = autoDelete;

    public IDictionary<string, object> TopicAttributes { get; } = new Dictionary<string, object>();

    public IDictionary<string, object> TopicSubscriptionAttributes { get; } = new Dictionary<string, object>();

    public IDictionary<string, string> TopicTags { get; } = new Dictionary<string, string>();

    public AmazonSqsEndpointAddress GetEndpointAddress(Uri hostAddress) => new(hostAddress, Name, Durable, AutoDelete, AddressType.Topic);

    public Uri Address(Uri host) => GetEndpointAddress(host);

    public Dictionary<string, string> AttributeStrings()
    {
        var attributes = Strings.From(TopicAttributes);
        if (AwsLimits.IsFifo(Name))
            attributes.TryAdd("FifoTopic", "true");
        return attributes;
    }

    public Dictionary<string, string> SubscriptionStrings(QueueSettings queue)
    {
        var attributes = new Dictionary<string, string> { ["RawMessageDelivery"] = "true" };
        foreach (var (key, value) in Strings.From(TopicSubscriptionAttributes))
            attributes[key] = value;
        foreach (var (key, value) in Strings.From(queue.QueueSubscriptionAttributes))
            attributes[key] = value;
        return attributes;
    }

    /// <summary>This with what it does not say itself taken from a more general one.</summary>
    public TopicSettings Over(IDictionary<string, object> attributes, IDictionary<string, object> subscriptionAttributes,
        IDictionary<string, string> tags)
    {
        var merged = new TopicSettings(Name, Durable, AutoDelete);
        Merge(merged.TopicAttributes, attributes, TopicAttributes);
        Merge(merged.TopicSubscriptionAttributes, subscriptionAttributes, TopicSubscriptionAttributes);
        Merge(merged.TopicTags, tags, TopicTags);
        return merged;
    }

    private static void Merge<T>(IDictionary<string, T> target, IDictionary<string, T> general, IDictionary<string, T> special)
    {
        foreach (var (key, value) in general.Concat(special))
            target[key] = value;
    }
}
