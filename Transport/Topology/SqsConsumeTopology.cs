using MassTransit;

namespace CloudIa.Transport.Topology;

/// <summary>The subscriptions of one endpoint.</summary>
internal sealed class SqsConsumeTopology(SqsPublishTopology publish) : ConsumeTopology(TemporaryNameLength)
{
    // Leaves room for _skipped.fifo and the like within a queue's 80 characters.
    private const int TemporaryNameLength = 72;

    private readonly Dictionary<string, Func<TopicSettings>> _subscriptions = [];
    private readonly List<ValidationResult> _failures = [];

    // Settings of the topic may still come, so they are looked up when the topology is built.
    public IReadOnlyList<TopicSettings> Subscriptions => [.. _subscriptions.Values.Select(x => x())];

    public void Subscribe<T>(Action<IAmazonSqsTopicSubscriptionConfigurator>? configure = null)
        where T : class
    {
        if (!GlobalTopology.IsConsumableMessageType(typeof(T)))
        {
            _failures.Add(this.Failure(TypeCache<T>.ShortName,
                "is marked as no message of its own, so there is no topic of it. Subscribe to a concrete type."));
            return;
        }

        Add(publish.TopicOf<T>().Name, () => publish.TopicOf<T>(), configure);
    }

    public void Subscribe(string topicName, Action<IAmazonSqsTopicSubscriptionConfigurator>? configure)
    {
        EntityNames.ThrowIfInvalid(topicName, AmazonSqsEndpointAddress.AddressType.Topic);
        Add(topicName, () => new TopicSettings(topicName)
            .Over(publish.TopicAttributes, publish.TopicSubscriptionAttributes, publish.TopicTags), configure);
    }

    public override IEnumerable<ValidationResult> Validate() => base.Validate().Concat(_failures);

    private void Add(string name, Func<TopicSettings> topic, Action<IAmazonSqsTopicSubscriptionConfigurator>? configure)
    {
        // Consumers of one message on one endpoint share the subscription; what says more wins.
        if (configure is null && _subscriptions.ContainsKey(name))
            return;

        _subscriptions[name] = () =>
        {
            var settings = topic();
            configure?.Invoke(settings);
            return settings;
        };
    }
}
