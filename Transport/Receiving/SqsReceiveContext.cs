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
        if (MessageGroup.Of(TransportMessage) is { } group)
            properties[TransportProperties.GroupId] = group;
        if (TransportMessage.Attributes?.GetValueOrDefault(MessageSystemAttributeName.MessageDeduplicationId) is { Length: > 0 } deduplication)
            properties[TransportProperties.DeduplicationId] = deduplication;
        return properties.Count == 0 ? null : properties;
    }
}
