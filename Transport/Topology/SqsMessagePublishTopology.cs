using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.AmazonSqsTransport.Topology;
using MassTransit.Topology;

namespace CloudIa.Transport.Topology;

internal interface IHasTopic
{
    bool Exclude { get; }

    TopicSettings Topic { get; }
}

internal sealed class SqsMessagePublishTopology<TMessage>(SqsPublishTopology publishTopology, IMessageTopology<TMessage> message) :
    MessagePublishTopology<TMessage>(publishTopology),
    IAmazonSqsMessagePublishTopologyConfigurator<TMessage>,
    IHasTopic
    where TMessage : class
{
    private readonly Lazy<TopicSettings> _own = new(() =>
    {
        var temporary = MessageTypeCache<TMessage>.IsTemporaryMessageType;
        return new TopicSettings(message.EntityName, durable: !temporary, autoDelete: temporary);
    });

    public bool Durable
    {
        set => _own.Value.Durable = value;
    }

    public bool AutoDelete
    {
        set => _own.Value.AutoDelete = value;
    }

    public IDictionary<string, object> TopicAttributes => _own.Value.TopicAttributes;

    public IDictionary<string, object> TopicSubscriptionAttributes => _own.Value.TopicSubscriptionAttributes;

    public IDictionary<string, string> TopicTags => _own.Value.TopicTags;

    /// <summary>With what holds for every topic.</summary>
    public TopicSettings Topic =>
        _own.Value.Over(publishTopology.TopicAttributes, publishTopology.TopicSubscriptionAttributes, publishTopology.TopicTags);

    Topic IAmazonSqsMessagePublishTopology<TMessage>.Topic => Topic;

    public AmazonSqsEndpointAddress GetEndpointAddress(Uri hostAddress) => _own.Value.GetEndpointAddress(hostAddress);

    public override bool TryGetPublishAddress(Uri baseAddress, [NotNullWhen(true)] out Uri? publishAddress)
    {
        publishAddress = _own.Value.Address(baseAddress);
        return true;
    }

    public override IEnumerable<ValidationResult> Validate()
    {
        foreach (var result in base.Validate())
            yield return result;

        if (!EntityNames.IsValid(message.EntityName, AmazonSqsEndpointAddress.AddressType.Topic))
            yield return this.Failure(TypeCache<TMessage>.ShortName,
                EntityNames.Complaint(message.EntityName, AmazonSqsEndpointAddress.AddressType.Topic));
    }
}
