using MassTransit;
using MassTransit.Configuration;
using MassTransit.Topology;

namespace CloudIa.Transport.Topology;

/// <summary>Names, sends and publishes are the bus's; each endpoint has its own subscriptions.</summary>
internal sealed class SqsTopologyConfiguration : ITopologyConfiguration
{
    public SqsTopologyConfiguration()
    {
        Message = new MessageTopology(new MessageNameFormatterEntityNameFormatter(new SqsMessageNameFormatter()));
        Send = new SqsSendTopology();
        Send.ConnectSendTopologyConfigurationObserver(new DelegateSendTopologyConfigurationObserver(GlobalTopology.Send));
        Publish = new SqsPublishTopology(Message);
        Publish.ConnectPublishTopologyConfigurationObserver(new DelegatePublishTopologyConfigurationObserver(GlobalTopology.Publish));
        Publish.ConnectPublishTopologyConfigurationObserver(new PublishToSendTopologyConfigurationObserver(Send));
        Consume = new SqsConsumeTopology(Publish);
    }

    public SqsTopologyConfiguration(SqsTopologyConfiguration parent)
    {
        Message = parent.Message;
        Send = parent.Send;
        Publish = parent.Publish;
        Consume = new SqsConsumeTopology(Publish);
    }

    public IMessageTopologyConfigurator Message { get; }

    public SqsSendTopology Send { get; }

    public SqsPublishTopology Publish { get; }

    public SqsConsumeTopology Consume { get; }

    ISendTopologyConfigurator ITopologyConfiguration.Send => Send;

    IPublishTopologyConfigurator ITopologyConfiguration.Publish => Publish;

    IConsumeTopologyConfigurator ITopologyConfiguration.Consume => Consume;

    public IEnumerable<ValidationResult> Validate() =>
        [.. Send.Validate(), .. Publish.Validate(), .. Consume.Validate()];
}
