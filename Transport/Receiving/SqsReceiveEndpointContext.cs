using CloudIa.Transport.Connection;
using CloudIa.Transport.Hosting;
using CloudIa.Transport.Sending;
using CloudIa.Transport.Topology;
using MassTransit;
using MassTransit.Transports;
using MassTransit.Util;

namespace CloudIa.Transport.Receiving;

internal sealed class SqsReceiveEndpointContext : BaseReceiveEndpointContext
{
    private readonly SqsHostConfiguration _host;
    private readonly ReceiveSettings _settings;
    private readonly Recycle<ClientSupervisor> _supervisor;

    public SqsReceiveEndpointContext(SqsHostConfiguration host, SqsReceiveEndpointConfiguration endpoint,
        IReadOnlyList<TopicSettings> subscriptions)
        : base(host, endpoint)
    {
        (_host, _settings, Subscriptions) = (host, endpoint.Settings, subscriptions);
        _supervisor = new Recycle<ClientSupervisor>(() => new ClientSupervisor(host));
    }

    public ClientSupervisor Supervisor => _supervisor.Supervisor;

    public IReadOnlyList<TopicSettings> Subscriptions { get; }

    public override void AddSendAgent(IAgent agent) => Supervisor.AddSendAgent(agent);

    public override void AddConsumeAgent(IAgent agent) => Supervisor.AddConsumeAgent(agent);

    public override Exception ConvertException(Exception exception, string message) =>
        exception as AmazonSqsConnectionException
        ?? new AmazonSqsConnectionException($"{message}{_settings.Name}, {exception.Message}", exception);

    public override void Probe(ProbeContext context)
    {
        context.Add("type", "AmazonSQS");
        context.Add("queue", _settings.Name);
        context.Add("durable", _settings.Durable);
        context.Add("autoDelete", _settings.AutoDelete);
        context.Add("prefetchCount", _settings.PrefetchCount);
        context.Add("concurrentMessageLimit", _settings.ConcurrentMessageLimit);
        context.Add("waitTimeSeconds", _settings.WaitTimeSeconds);
        context.Add("purgeOnStartup", _settings.PurgeOnStartup);
        var topology = context.CreateScope("topology");
        foreach (var topic in Subscriptions)
            topology.CreateScope("subscription").Add("topic", topic.Name);
    }

    protected override ISendTransportProvider CreateSendTransportProvider() => new SqsTransportProvider(_host, this);

    protected override IPublishTransportProvider CreatePublishTransportProvider() => new SqsTransportProvider(_host, this);
}
