using CloudIa.Transport.Hosting;
using CloudIa.Transport.Sending;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

internal sealed class SqsReceiveEndpointBuilder(SqsHostConfiguration host, SqsReceiveEndpointConfiguration endpoint) :
    ReceiveEndpointBuilder(endpoint)
{
    public override ConnectHandle ConnectConsumePipe<T>(IPipe<ConsumeContext<T>> pipe, ConnectPipeOptions options)
    {
        if (endpoint.ConfigureConsumeTopology && options.HasFlag(ConnectPipeOptions.ConfigureConsumeTopology)
            && ((IConsumeTopologyConfigurator)endpoint.Topology.Consume).GetMessageTopology<T>().ConfigureConsumeTopology)
        {
            endpoint.Topology.Consume.Subscribe<T>();
        }

        return base.ConnectConsumePipe(pipe, options);
    }

    public SqsReceiveEndpointContext CreateContext()
    {
        // Consumers have said only now what they subscribe to.
        var subscriptions = endpoint.Topology.Consume.Subscriptions;
        ReceiveSettingsRules.CheckTopics(endpoint, endpoint.Settings, subscriptions).ThrowIfContainsFailure("The receive endpoint configuration is invalid:");
        var context = new SqsReceiveEndpointContext(host, endpoint, subscriptions);
        var send = endpoint.Topology.Send;
        var allow = host.Settings.AllowTransportHeader;
        // What comes to a bus's own queue is answers, and one that comes too late is no dead letter: each process would leave a queue of them behind.
        var kept = !endpoint.IsBusEndpoint;
        context.GetOrAddPayload<IErrorTransport>(() =>
            new ErrorTransport(new QueueDestination(send.ErrorQueue(endpoint.Settings, kept)), allow));
        context.GetOrAddPayload<IDeadLetterTransport>(() =>
            new SkippedTransport(new QueueDestination(send.SkippedQueue(endpoint.Settings, kept)), allow));
        context.GetOrAddPayload(() => host.Topology);
        return context;
    }
}
