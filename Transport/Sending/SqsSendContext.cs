using MassTransit;
using MassTransit.Context;

namespace CloudIa.Transport.Sending;

/// <summary>Carries what SQS and SNS know beside the envelope, also through an outbox or a redelivery.</summary>
internal sealed class SqsSendContext<T>(T message, CancellationToken cancellationToken) :
    MessageSendContext<T>(message, cancellationToken),
    AmazonSqsSendContext<T>
    where T : class
{
    public string? GroupId { get; set; }

    public string? DeduplicationId { get; set; }

    public int? DelaySeconds
    {
        set => Delay = value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    public override void ReadPropertiesFrom(IReadOnlyDictionary<string, object> properties)
    {
        base.ReadPropertiesFrom(properties);
        GroupId = ReadString(properties, TransportProperties.GroupId);
        DeduplicationId = ReadString(properties, TransportProperties.DeduplicationId);
    }

    public override void WritePropertiesTo(IDictionary<string, object> properties)
    {
        base.WritePropertiesTo(properties);
        if (!string.IsNullOrEmpty(GroupId))
            properties[TransportProperties.GroupId] = GroupId;
        if (!string.IsNullOrEmpty(DeduplicationId))
            properties[TransportProperties.DeduplicationId] = DeduplicationId;
    }
}
