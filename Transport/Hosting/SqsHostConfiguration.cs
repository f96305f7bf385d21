using CloudIa.Transport.Connection;
using CloudIa.Transport.Receiving;
using CloudIa.Transport.Sending;
using CloudIa.Transport.Topology;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;
using MassTransit.Util;

namespace CloudIa.Transport.Hosting;

internal sealed class SqsHostConfiguration :
    BaseHostConfiguration<SqsReceiveEndpointConfiguration, IAmazonSqsReceiveEndpointConfigurator>
{
    private readonly SqsBusConfiguration _bus;
    private readonly Recycle<ConnectionAgent> _connection;
    private SqsHostSettings? _settings;

    public SqsHostConfiguration(SqsBusConfiguration bus)
        : base(bus)
    {
        _bus = bus;
        BusTopology = new SqsBusTopology(this, bus.Topology);
        Foreign = new ForeignAddresses(() => HostAddress);
        _connection = new Recycle<ConnectionAgent>(() => new ConnectionAgent(Settings, Time));
        // Endpoints come back for as long as it takes: a broker that is down is no reason to give up on it.
        ReceiveTransportRetryPolicy = Retry.CreatePolicy(x =>
        {
            x.Handle<ConnectionException>();
            x.Handle<AmazonSqsTransportException>();
            x.Exponential(int.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(2));
        });
    }

    public SqsHostSettings Settings
    {
        get => _settings ?? throw new ConfigurationException(
            "The bus has no host, so it does not know which region to call. Say cfg.Host(\"eu-west-1\", h => …), " +
            "cfg.UseDefaultHost(), or set AmazonSqsTransportOptions.Region.");
        set
        {
            _settings = value;
            var scope = new AmazonSqsHostAddress(value.HostAddress).Scope;
            if (value.ScopeTopics && scope != Paths.NoScope)
            {
                var message = _bus.Topology.Message;
                message.SetEntityNameFormatter(new PrefixEntityNameFormatter(message.EntityNameFormatter, scope + "_"));
            }
        }
    }

    /// <summary>The clock of all that waits here. With a service collection: its TimeProvider, where it has one.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public ConnectionAgent ConnectionAgent => _connection.Supervisor;

    public SqsConnection Connection => ConnectionAgent.Connection;

    public ForeignAddresses Foreign { get; }

    public SqsPublishTopology Publish => _bus.Topology.Publish;

    public override Uri HostAddress => Settings.HostAddress;

    public SqsBusTopology BusTopology { get; }

    public override IBusTopology Topology => BusTopology;

    public override IRetryPolicy ReceiveTransportRetryPolicy { get; }

    public void Apply(IAmazonSqsReceiveEndpointConfigurator configurator, IEndpointDefinition definition)
    {
        if (definition.IsTemporary)
        {
            configurator.AutoDelete = true;
            configurator.Durable = false;
        }

        ApplyEndpointDefinition(configurator, definition);
    }

    public SqsReceiveEndpointConfiguration CreateEndpoint(string queueName,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configure)
    {
        var endpoint = _bus.CreateEndpoint();
        return CreateEndpoint(new ReceiveSettings(endpoint, queueName), endpoint, configure);
    }

    public SqsReceiveEndpointConfiguration CreateEndpoint(ReceiveSettings settings, SqsEndpointConfiguration endpoint,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configure)
    {
        var configuration = new SqsReceiveEndpointConfiguration(this, settings, endpoint);
        configure?.Invoke(configuration);
        Observers.EndpointConfigured(configuration);
        Add(configuration);
        return configuration;
    }

    public override void ReceiveEndpoint(IEndpointDefinition definition, IEndpointNameFormatter? endpointNameFormatter,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configureEndpoint = null)
    {
        var name = definition.GetEndpointName(endpointNameFormatter ?? DefaultEndpointNameFormatter.Instance);
        CreateEndpoint(name, x =>
        {
            Apply(x, definition);
            configureEndpoint?.Invoke(x);
        });
    }

    public override void ReceiveEndpoint(string queueName, Action<IAmazonSqsReceiveEndpointConfigurator> configureEndpoint) =>
        CreateEndpoint(queueName, configureEndpoint);

    public override IReceiveEndpointConfiguration CreateReceiveEndpointConfiguration(string queueName,
        Action<IReceiveEndpointConfigurator>? configure) =>
        CreateEndpoint(queueName, configure);

    public override IHost Build()
    {
        var host = new SqsHost(this);
        foreach (var endpoint in GetConfiguredEndpoints())
            endpoint.Build(host);
        return host;
    }
}
