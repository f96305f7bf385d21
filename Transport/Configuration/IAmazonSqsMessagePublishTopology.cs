using MassTransit.AmazonSqsTransport.Topology;

namespace MassTransit;

public interface IAmazonSqsMessagePublishTopology : IMessagePublishTopology;

public interface IAmazonSqsMessagePublishTopology<TMessage> : IMessagePublishTopology<TMessage>, IAmazonSqsMessagePublishTopology
    where TMessage : class
{
    /// <summary>The topic that the message is published to, with what holds for every topic.</summary>
    Topic Topic { get; }
}
