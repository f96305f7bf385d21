namespace MassTransit;

public interface IAmazonSqsMessagePublishTopologyConfigurator : IMessagePublishTopologyConfigurator, IAmazonSqsTopicConfigurator;

public interface IAmazonSqsMessagePublishTopologyConfigurator<TMessage> :
    IMessagePublishTopologyConfigurator<TMessage>,
    IAmazonSqsMessagePublishTopologyConfigurator
    where TMessage : class;
