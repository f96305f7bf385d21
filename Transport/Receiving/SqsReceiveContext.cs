using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using CloudIa.Transport.Sending;
using MassTransit;
using MassTransit.Context;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

internal sealed class SqsReceiveContext : BaseReceiveContext, AmazonSqsMessageContext, TransportReceiveContext
{
    public SqsReceiveContext(Message message, bool redelivered, SqsReceiveEndpointContext endpoint, ReceiveSettings settings,
        SqsClientContext client)
        : base(redelivered, endpoint, settings, client)
    {
        TransportMessage = message;
        Attributes = message.MessageAttributes ?? [];
        var envelope = Attributes.ContainsKey(MessageAttributes.ContentType) ? null : SnsEnvelope.Find(message.Body);
        Body = new TextBody(envelope?.Message ?? message.Body ?? "");
        HeaderProvider = new SqsHeaderProvider(message, envelope);
    }

    public override MessageBody Body { get; }

    public Message TransportMessage { get; }

    public Dictionary<string, MessageAttributeValue> Attributes { get; }

    protected override IHeaderProvider HeaderProvider { get; }

    public IDictionary<string, object>? GetTransportProperties()
    {
        var properties = new Dictionary<string, object>();
        Add(MessageSystemAttributeName.MessageGroupId, TransportProperties.GroupId);
        Add(MessageSystemAttributeName.MessageDeduplicationId, TransportProperties.DeduplicationId);
        return properties.Count == 0 ? null : properties;

        void Add(string attribute, string property)
        {
            if (TransportMessage.Attributes?.GetValueOrDefault(attribute) is { Length: > 0 } value)
                properties[property] = value;
        }
    }
}
