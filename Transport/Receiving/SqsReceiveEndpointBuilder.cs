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
        var context = new SqsReceiveEndpointContext(host, endpoint, endpoint.Topology.Consume.Subscriptions);
        var send = endpoint.Topology.Send;
        var allow = host.Settings.AllowTransportHeader;
        context.GetOrAddPayload<IErrorTransport>(() =>
            new ErrorTransport(new QueueDestination(send.ErrorQueue(endpoint.Settings)), allow));
        context.GetOrAddPayload<IDeadLetterTransport>(() =>
            new SkippedTransport(new QueueDestination(send.SkippedQueue(endpoint.Settings)), allow));
        context.GetOrAddPayload(() => host.Topology);
        return context;
    }
}
