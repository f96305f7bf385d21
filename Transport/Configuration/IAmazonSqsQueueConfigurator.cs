namespace MassTransit;

public interface IAmazonSqsQueueConfigurator
{
    /// <summary>Default: true. False for what may go with the process.</summary>
    bool Durable { set; }

    /// <summary>Default: false. The queue is deleted when the endpoint stops.</summary>
    bool AutoDelete { set; }

    /// <summary>SQS attributes of the queue, such as <c>VisibilityTimeout</c>. Set on an existing queue, too, where they differ.</summary>
    IDictionary<string, object> QueueAttributes { get; }

    /// <summary>SNS attributes of each subscription of the queue, such as <c>FilterPolicy</c>.</summary>
    IDictionary<string, object> QueueSubscriptionAttributes { get; }

    /// <summary>Tags of the queue, given when it is created.</summary>
    IDictionary<string, string> QueueTags { get; }
}
