using CloudIa.Transport.Receiving;
using MassTransit;
using MassTransit.Configuration;

namespace CloudIa.Transport.Hosting;

internal sealed class SqsBusFactoryConfigurator : BusFactoryConfigurator, IAmazonSqsBusFactoryConfigurator, IBusFactory
{
    private readonly SqsBusConfiguration _bus;
    private readonly ReceiveSettings _settings;

    public SqsBusFactoryConfigurator(SqsBusConfiguration bus)
        : base(bus)
    {
        CompactJson.Use();
        _bus = bus;
        _settings = new ReceiveSettings(bus.BusEndpoint, bus.Topology.Consume.CreateTemporaryQueueName("bus"))
        {
            Durable = false,
            AutoDelete = true,
        };
    }

    public ushort WaitTimeSeconds
    {
        set => _settings.WaitTimeSeconds = value;
    }

    public bool PurgeOnStartup
    {
        set => _settings.PurgeOnStartup = value;
    }

    public bool Durable
    {
        set => _settings.Durable = value;
    }

    public bool AutoDelete
    {
        set => _settings.AutoDelete = value;
    }

    public IDictionary<string, object> QueueAttributes => _settings.QueueAttributes;

    public IDictionary<string, object> QueueSubscriptionAttributes => _settings.QueueSubscriptionAttributes;

    public IDictionary<string, string> QueueTags => _settings.QueueTags;

    public new IAmazonSqsSendTopologyConfigurator SendTopology => _bus.Topology.Send;

    public new IAmazonSqsPublishTopologyConfigurator PublishTopology => _bus.Topology.Publish;

    public void Send<T>(Action<IAmazonSqsMessageSendTopologyConfigurator<T>>? configureTopology = null)
        where T : class =>
        configureTopology?.Invoke(((IAmazonSqsSendTopology)_bus.Topology.Send).GetMessageTopology<T>());

    public void Publish<T>(Action<IAmazonSqsMessagePublishTopologyConfigurator<T>>? configureTopology = null)
        where T : class =>
        configureTopology?.Invoke(PublishTopology.GetMessageTopology<T>());

    public void Publish(Type messageType, Action<IAmazonSqsMessagePublishTopologyConfigurator>? configure = null)
    {
        var topology = PublishTopology.GetMessageTopology(messageType);
        configure?.Invoke(topology);
    }

    public void OverrideDefaultBusEndpointQueueName(string value) => _settings.Name = value;

    public void Host(AmazonSqsHostSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _bus.Host.Settings = settings as SqsHostSettings ?? SqsHostSettings.From(settings);
    }

    public void ReceiveEndpoint(IEndpointDefinition definition, IEndpointNameFormatter? endpointNameFormatter,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configureEndpoint) =>
        _bus.Host.ReceiveEndpoint(definition, endpointNameFormatter, configureEndpoint);

    public void ReceiveEndpoint(IEndpointDefinition definition, IEndpointNameFormatter? endpointNameFormatter,
        Action<IReceiveEndpointConfigurator>? configureEndpoint) =>
        _bus.Host.ReceiveEndpoint(definition, endpointNameFormatter, configureEndpoint);

    public void ReceiveEndpoint(string queueName, Action<IAmazonSqsReceiveEndpointConfigurator> configureEndpoint) =>
        _bus.Host.ReceiveEndpoint(queueName, configureEndpoint);

    public void ReceiveEndpoint(string queueName, Action<IReceiveEndpointConfigurator> configureEndpoint) =>
        _bus.Host.ReceiveEndpoint(queueName, configureEndpoint);

    public IReceiveEndpointConfiguration CreateBusEndpointConfiguration(Action<IReceiveEndpointConfigurator>? configure) =>
        _bus.Host.CreateEndpoint(_settings, _bus.BusEndpoint, configure);

    public override IEnumerable<ValidationResult> Validate()
    {
        foreach (var result in base.Validate())
            yield return result;

        foreach (var result in ReceiveSettingsRules.Check(this, _settings))
            yield return result.WithParentKey("Bus");
    }
}
