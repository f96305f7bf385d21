using CloudIa.Transport.Connection;
using CloudIa.Transport.Sending;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Puts a received message into another queue, with what the transport has to say as headers.</summary>
internal abstract class MoveTransport(QueueDestination destination, AllowTransportHeader? allow)
{
    private readonly MessageAttributes _attributes = new(allow);

    protected Task MoveAsync(ReceiveContext context, Action<Dictionary<string, string>, TransportSetHeaderAdapter<string>> add)
    {
        if (!context.TryGetPayload<SqsClientContext>(out var client) || !context.TryGetPayload<AmazonSqsMessageContext>(out var received))
        {
            throw new ArgumentException(
                $"A message from {context.InputAddress} did not come through SQS, so it cannot be moved there.", nameof(context));
        }

        var texts = received.Attributes.Where(x => x.Value.StringValue is not null)
            .Select(x => KeyValuePair.Create(x.Key, x.Value.StringValue));
        var properties = (received as SqsReceiveContext)?.GetTransportProperties()?.ToDictionary();
        var message = new OutgoingMessage(context.Body.GetString(), _attributes.Moved(texts, add))
        {
            GroupId = Fifo(TransportProperties.GroupId),
            DeduplicationId = Fifo(TransportProperties.DeduplicationId),
        };
        return destination.SendAsync(client.Connection, message, context.CancellationToken);

        string? Fifo(string property) => AwsLimits.IsFifo(destination.Name) ? properties?.GetValueOrDefault(property) as string : null;
    }
}
