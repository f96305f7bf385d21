namespace MassTransit;

public interface IAmazonSqsSendTopology : ISendTopology
{
    new IAmazonSqsMessageSendTopologyConfigurator<T> GetMessageTopology<T>()
        where T : class;
}
