using CloudIa.Transport.Sending;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Keeps a message that failed for good. Another class than <see cref="SkippedTransport"/>: payloads are found by type.</summary>
internal sealed class ErrorTransport(QueueDestination destination, AllowTransportHeader? allow) :
    MoveTransport(destination, allow),
    IErrorTransport
{
    public Task Send(ExceptionReceiveContext context) =>
        MoveAsync(context, (attributes, adapter) =>
        {
            adapter.CopyFrom(attributes, context.ExceptionHeaders);
            FaultOrigin.AddTo(attributes, context.Exception);
        });
}
