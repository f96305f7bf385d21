using CloudIa.Transport.Connection;
using CloudIa.Transport.Hosting;
using CloudIa.Transport.Receiving;
using CloudIa.Transport.Topology;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Sending;

/// <summary>Makes send transports to queues and topics for one endpoint.</summary>
internal sealed class SqsTransportProvider(SqsHostConfiguration host, SqsReceiveEndpointContext endpoint) :
    ISendTransportProvider,
    IPublishTransportProvider
{
    public Uri NormalizeAddress(Uri address) => new AmazonSqsEndpointAddress(host.HostAddress, address);

    public Task<ISendTransport> GetSendTransport(Uri address)
    {
        var target = new AmazonSqsEndpointAddress(host.HostAddress, address);
        LogContext.SetCurrentIfNull(host.LogContext);
        host.Foreign.Look(target);
        return Transport(target.Type == AmazonSqsEndpointAddress.AddressType.Queue
            ? new QueueDestination(new QueueSettings(target.Name, target.Durable, target.AutoDelete))
            : new TopicDestination(new TopicSettings(target.Name, target.Durable, target.AutoDelete)));
    }

    public Task<ISendTransport> GetPublishTransport<T>(Uri? publishAddress)
        where T : class =>
        Transport(new TopicDestination(host.Publish.TopicOf<T>()));

    private Task<ISendTransport> Transport(Destination destination)
    {
        LogContext.SetCurrentIfNull(host.LogContext);
        TransportLogMessages.CreateSendTransport(new Uri($"{(destination is QueueDestination ? "queue" : "topic")}:{destination.Name}"));
        var transport = new SendTransport<SqsClientContext>(new SqsSendTransportContext(host, endpoint.Serialization, destination));
        endpoint.AddSendAgent(transport);
        return Task.FromResult<ISendTransport>(transport);
    }
}
