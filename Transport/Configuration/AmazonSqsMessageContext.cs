using Amazon.SQS.Model;

namespace MassTransit;

/// <summary>The received SQS message, as a payload of the receive context.</summary>
public interface AmazonSqsMessageContext
{
    Message TransportMessage { get; }

    Dictionary<string, MessageAttributeValue> Attributes { get; }
}
