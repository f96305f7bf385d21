using CloudIa.Transport.Connection;
using CloudIa.Transport.Hosting;
using CloudIa.Transport.Topology;
using MassTransit;
using MassTransit.AmazonSqsTransport;
using MassTransit.Configuration;
using MassTransit.Middleware;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

internal sealed class SqsReceiveEndpointConfiguration : ReceiveEndpointConfiguration, IAmazonSqsReceiveEndpointConfigurator
{
    private readonly SqsHostConfiguration _host;
    private readonly Lazy<Uri> _inputAddress;
    private readonly List<IFilter<SqsClientContext>> _configured = [];

    public SqsReceiveEndpointConfiguration(SqsHostConfiguration host, ReceiveSettings settings, SqsEndpointConfiguration endpoint)
        : base(host, endpoint)
    {
        (_host, Settings, Topology) = (host, settings, endpoint.Topology);
        _inputAddress = new Lazy<Uri>(() => settings.Address(host.HostAddress));
    }

    public ReceiveSettings Settings { get; }

    public new SqsTopologyConfiguration Topology { get; }

    public override Uri HostAddress => _host.HostAddress;

    public override Uri InputAddress => _inputAddress.Value;

    public bool Durable
    {
        set => Change(nameof(Durable), () => Settings.Durable = value);
    }

    public bool AutoDelete
    {
        set => Change(nameof(AutoDelete), () => Settings.AutoDelete = value);
    }

    public ushort WaitTimeSeconds
    {
        set => Settings.WaitTimeSeconds = value;
    }

    public bool PurgeOnStartup
    {
        set => Settings.PurgeOnStartup = value;
    }

    public int RedeliverVisibilityTimeout
    {
        set => Settings.RedeliverVisibilityTimeout = TimeSpan.FromSeconds(value);
    }

    public int ConcurrentDeliveryLimit
    {
        set => Settings.ConcurrentDeliveryLimit = value;
    }

    public TimeSpan MaxVisibilityTimeout
    {
        set => Settings.MaxVisibilityTimeout = value;
    }

    public Func<CancellationToken, Task> BeforePoll
    {
        set => Settings.BeforePoll = value;
    }

    public int MaxVisibilityTimeoutRenewal
    {
        set => Settings.RenewalStep = TimeSpan.FromSeconds(value);
    }

    public IDictionary<string, object> QueueAttributes => Settings.QueueAttributes;

    public IDictionary<string, object> QueueSubscriptionAttributes => Settings.QueueSubscriptionAttributes;

    public IDictionary<string, string> QueueTags => Settings.QueueTags;

    public void Subscribe<T>(Action<IAmazonSqsTopicSubscriptionConfigurator>? callback = null)
        where T : class =>
        Topology.Consume.Subscribe<T>(callback ?? (static _ => { }));

    public void Subscribe(string topicName, Action<IAmazonSqsTopicSubscriptionConfigurator>? callback = null) =>
        Topology.Consume.Subscribe(topicName, callback);

    public void ConfigureClient(Action<IPipeConfigurator<ClientContext>>? configure) => AddFilter(configure);

    public void ConfigureConnection(Action<IPipeConfigurator<ConnectionContext>>? configure) => AddFilter(configure);

    public void DisableMessageOrdering() => Settings.KeepOrder = false;

    public override ReceiveEndpointContext CreateReceiveEndpointContext() => CreateContext();

    public override IEnumerable<ValidationResult> Validate() =>
        ReceiveSettingsRules.Check(this, Settings)
            .Concat(base.Validate().Select(x => x.WithParentKey(Settings.Name)));

    public void Build(IHost host)
    {
        var context = CreateContext();
        var transport = new ReceiveTransport<SqsClientContext>(_host, context, context.Run, Pipe(context));
        if (IsBusEndpoint)
        {
            transport.PreStartPipe = MassTransit.Pipe.New<SqsClientContext>(x =>
            {
                if (_host.DeployPublishTopology)
                    x.UseFilter(new PublishTopologyFilter(_host.Publish));
                x.UseFilter(new ReachabilityFilter(context, Settings));
            });
        }

        var endpoint = new ReceiveEndpoint(transport, context);
        host.AddReceiveEndpoint(Settings.Name, endpoint);
        ReceiveEndpoint = endpoint;
    }

    protected override bool IsAlreadyConfigured() => _inputAddress.IsValueCreated || base.IsAlreadyConfigured();

    private IPipe<SqsClientContext> Pipe(SqsReceiveEndpointContext context) => MassTransit.Pipe.New<SqsClientContext>(x =>
    {
        foreach (var filter in _configured)
            x.UseFilter(filter);
        x.UseFilter(new DeployFilter(context, Settings));
        if (_host.DeployTopologyOnly)
        {
            x.UseFilter(new TransportReadyFilter<SqsClientContext>(context));
            return;
        }

        if (Settings.PurgeOnStartup)
            x.UseFilter(new PurgeFilter());
        x.UseFilter(new ReceiveEndpointDependencyFilter<SqsClientContext>(context));
        x.UseFilter(new ReceiveFilter(context, Settings));
    });

    private SqsReceiveEndpointContext CreateContext()
    {
        var builder = new SqsReceiveEndpointBuilder(_host, this);
        ApplySpecifications(builder);
        return builder.CreateContext();
    }

    private void AddFilter<T>(Action<IPipeConfigurator<T>>? configure)
        where T : class, PipeContext
    {
        if (configure is not null)
            _configured.Add(new ConfiguredFilter<T>(configure));
    }

    private void Change(string name, Action set)
    {
        set();
        Changed(name);
    }
}
