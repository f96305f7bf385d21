using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using CloudIa.Transport.Sending;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Puts a received message into another queue, with what the transport has to say as headers.</summary>
internal abstract class MoveTransport(QueueDestination destination, AllowTransportHeader? allow)
{
    private readonly MessageAttributes _attributes = new(allow);

    protected async Task MoveAsync(ReceiveContext context, Action<Dictionary<string, string>, TransportSetHeaderAdapter<string>> add)
    {
        if (!context.TryGetPayload<SqsClientContext>(out var client) || !context.TryGetPayload<AmazonSqsMessageContext>(out var received))
        {
            throw new ArgumentException(
                $"A message from {context.InputAddress} did not come through SQS, so it cannot be moved there.", nameof(context));
        }

        var message = Build(context, received, add);
        // Failing would run the consumer again each second until the queue can be made.
        await RestingNames.WaitAsync(destination.Name, async () =>
        {
            await destination.SendAsync(client.Connection, message, context.CancellationToken).ConfigureAwait(false);
            return true;
        }, client.Connection.Time, context.CancellationToken).ConfigureAwait(false);
    }

    private OutgoingMessage Build(ReceiveContext context, AmazonSqsMessageContext received,
        Action<Dictionary<string, string>, TransportSetHeaderAdapter<string>> add)
    {
        var (texts, typed) = (new Dictionary<string, string>(), new Dictionary<string, MessageAttributeValue>());
        foreach (var (name, value) in received.Attributes)
        {
            if (value.DataType == OutgoingMessage.StringType)
                texts[name] = value.StringValue;
            else
                typed[name] = value;
        }

        var attributes = _attributes.Moved(texts, add);
        var message = Create();
        // With our headers it can be larger than AWS takes, and a message that cannot be moved would come again for ever.
        while (message.Size > AwsLimits.SqsPayloadBytes && MessageAttributes.DropLeast(attributes, typed))
            message = Create();
        return message;

        OutgoingMessage Create() => new(context.Body.GetString(), attributes,
            typed.Take(AwsLimits.MessageAttributes - attributes.Count).ToDictionary())
        {
            GroupId = Fifo(MessageSystemAttribute(received, "MessageGroupId")),
            DeduplicationId = Fifo(MessageSystemAttribute(received, "MessageDeduplicationId")),
        };
    }

    private string? Fifo(string? id) => AwsLimits.IsFifo(destination.Name) ? id : null;

    private static string? MessageSystemAttribute(AmazonSqsMessageContext received, string name) =>
        received.TransportMessage.Attributes?.GetValueOrDefault(name);
}
