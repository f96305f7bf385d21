using MassTransit;
using MassTransit.Topology;

namespace CloudIa.Transport.Topology;

internal sealed class SqsMessageSendTopology<TMessage> :
    MessageSendTopology<TMessage>,
    IAmazonSqsMessageSendTopologyConfigurator<TMessage>
    where TMessage : class;
