using MassTransit;

namespace CloudIa.Transport.Topology;

/// <summary>A queue as it shall be.</summary>
internal class QueueSettings(string name, bool durable = true, bool autoDelete = false) : IAmazonSqsQueueConfigurator
{
    public string Name { get; set; } = name;

    public bool Durable { get; set; } = durable;

    public bool AutoDelete { get; set; } = autoDelete;

    public IDictionary<string, object> QueueAttributes { get; } = new Dictionary<string, object>();

    public IDictionary<string, object> QueueSubscriptionAttributes { get; } = new Dictionary<string, object>();

    public IDictionary<string, string> QueueTags { get; } = new Dictionary<string, string>();

    public bool IsFifo => AwsLimits.IsFifo(Name);

    /// <summary>Made and deleted by the endpoint that reads it.</summary>
    public bool IsTemporary => AutoDelete && !Durable;

    public Uri Address(Uri host) => new AmazonSqsEndpointAddress(host, Name, Durable, AutoDelete);

    /// <summary>What CreateQueue and SetQueueAttributes take.</summary>
    public virtual Dictionary<string, string> AttributeStrings()
    {
        var attributes = Strings.From(QueueAttributes);
        if (IsFifo)
            attributes.TryAdd("FifoQueue", "true");
        return attributes;
    }

    /// <summary>A queue beside this one, for its errors: what holds for the source holds for it, but that it outlives the source.</summary>
    /// <param name="kept">False: it is never made, and what is sent to it is dropped.</param>
    public QueueSettings Sibling(string name, bool kept, Action<IAmazonSqsQueueConfigurator>? configure)
    {
        var sibling = new QueueSettings(name, durable: kept, autoDelete: !kept);
        foreach (var (key, value) in QueueAttributes)
        {
            // Its own dead letters would take the source's redrive to the wrong place.
            if (key != "RedrivePolicy")
                sibling.QueueAttributes[key] = value;
        }

        foreach (var (key, value) in QueueTags)
            sibling.QueueTags[key] = value;
        configure?.Invoke(sibling);
        return sibling;
    }
}
