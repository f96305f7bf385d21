namespace MassTransit;

public interface IAmazonSqsMessagePublishTopologyConfigurator :
    IMessagePublishTopologyConfigurator,
    IAmazonSqsMessagePublishTopology,
    IAmazonSqsTopicConfigurator;

public interface IAmazonSqsMessagePublishTopologyConfigurator<TMessage> :
    IMessagePublishTopologyConfigurator<TMessage>,
    IAmazonSqsMessagePublishTopology<TMessage>,
    IAmazonSqsMessagePublishTopologyConfigurator
    where TMessage : class;
