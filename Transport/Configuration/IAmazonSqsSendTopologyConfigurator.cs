namespace MassTransit;

public interface IAmazonSqsSendTopologyConfigurator : ISendTopologyConfigurator, IAmazonSqsSendTopology
{
    /// <summary>Changes how <c>_error</c> queues are created; they begin with the source queue's attributes and tags.</summary>
    Action<IAmazonSqsQueueConfigurator>? ConfigureErrorSettings { set; }

    /// <summary>The same for <c>_skipped</c> queues.</summary>
    Action<IAmazonSqsQueueConfigurator>? ConfigureDeadLetterSettings { set; }
}
