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
    private volatile bool _capped;
    private readonly Recycle<ClientSupervisor> _supervisor;
    private volatile ClientSupervisor? _running;

    public SqsReceiveEndpointContext(SqsHostConfiguration host, SqsReceiveEndpointConfiguration endpoint,
        IReadOnlyList<TopicSettings> subscriptions)
        : base(host, endpoint)
    {
        (_host, _settings, Subscriptions) = (host, endpoint.Settings, subscriptions);
        _supervisor = new Recycle<ClientSupervisor>(() => new ClientSupervisor(host));
    }

    /// <summary>
    /// Of the run of the transport that is under way. <see cref="Recycle{T}"/> has another one from the moment on that this one is stopped: what the run adds
    /// then must not go there, where no stop would ever reach it.
    /// </summary>
    public ClientSupervisor Running => _running ?? _supervisor.Supervisor;

    public IReadOnlyList<TopicSettings> Subscriptions { get; }

    /// <summary>Says that SQS's cap of messages in flight is reached, or (null) no longer is.</summary>
    public async Task InFlightCapAsync((long Visible, long InFlight)? seen)
    {
        _capped = seen is not null;
        if (seen is not var (visible, inFlight))
        {
            LogContext.Info?.Log("Queue {Queue} is below SQS's cap of messages in flight again", _settings.Name);
            await TransportObservers.NotifyReady(InputAddress).ConfigureAwait(false);
            return;
        }

        var exception = new AmazonSqsTransportException(
            $"{_settings.Name} brings nothing though {visible} messages wait: {inFlight} are in flight, and SQS allows {AwsLimits.InFlight}. " +
            "Delete or give back what is received: fewer messages held (PrefetchCount), fewer endpoints on the queue, or faster consumers.");
        LogContext.Warning?.Log(exception, "Queue {Queue} is at SQS's cap: {InFlight} messages in flight, {Visible} waiting, none received",
            _settings.Name, inFlight, visible);
        await TransportObservers.NotifyFaulted(InputAddress, exception).ConfigureAwait(false);
    }

    /// <summary>Begins a run of the transport.</summary>
    public ClientSupervisor Run()
    {
        var supervisor = _supervisor.Supervisor;

        // An agent makes its token when it is first asked for, and one that is made while the agent is being stopped may never be cancelled.
        _ = supervisor.ConsumeStopping;
        return _running = supervisor;
    }

    public override void AddSendAgent(IAgent agent) => _supervisor.Supervisor.AddSendAgent(agent);

    /// <exception cref="OperationCanceledException">The endpoint is being stopped.</exception>
    public override void AddConsumeAgent(IAgent agent)
    {
        var supervisor = Running;
        supervisor.AddConsumeAgent(agent);

        // A stop that began meanwhile need not have seen it.
        if (supervisor.ConsumeStopping.IsCancellationRequested)
            _ = agent.Stop("The endpoint is being stopped");
    }

    public override Exception ConvertException(Exception exception, string message) =>
        exception switch
        {
            AmazonSqsConnectionException explained => explained,
            // Polls are told apart by what AWS says, so they come here as they were.
            _ when BrokerErrors.IsOfBroker(exception) && !BrokerErrors.IsGone(exception) => BrokerErrors.Explain("ReceiveMessage", _settings.Name, exception),
            _ => new AmazonSqsConnectionException($"{message}{_settings.Name}, {exception.Message}", exception),
        };

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
        context.Add("inFlightCapReached", _capped);
        var topology = context.CreateScope("topology");
        foreach (var topic in Subscriptions)
            topology.CreateScope("subscription").Add("topic", topic.Name);
    }

    protected override ISendTransportProvider CreateSendTransportProvider() => new SqsTransportProvider(_host, this);

    protected override IPublishTransportProvider CreatePublishTransportProvider() => new SqsTransportProvider(_host, this);
}
