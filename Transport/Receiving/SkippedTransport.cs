using CloudIa.Transport.Sending;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Keeps a message that no consumer of its endpoint wants.</summary>
internal sealed class SkippedTransport(QueueDestination destination, AllowTransportHeader? allow) :
    MoveTransport(destination, allow),
    IDeadLetterTransport
{
    public Task Send(ReceiveContext context, string? reason) =>
        MoveAsync(context, (attributes, adapter) =>
            adapter.Set(attributes, MessageHeaders.Reason, string.IsNullOrEmpty(reason) ? "Unspecified" : reason));
}
