namespace MassTransit;

public interface IAmazonSqsMessageSendTopologyConfigurator : IMessageSendTopologyConfigurator;

/// <summary>How one message is sent: its correlation, its group and deduplication ids, its serializer.</summary>
public interface IAmazonSqsMessageSendTopologyConfigurator<TMessage> :
    IMessageSendTopologyConfigurator<TMessage>,
    IAmazonSqsMessageSendTopology<TMessage>,
    IAmazonSqsMessageSendTopologyConfigurator
    where TMessage : class;
