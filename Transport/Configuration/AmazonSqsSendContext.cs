namespace MassTransit;

/// <summary>What SQS and SNS know about a message beside its envelope.</summary>
public interface AmazonSqsSendContext : SendContext
{
    string? GroupId { set; }

    string? DeduplicationId { set; }

    /// <summary>0 to 900; queues only.</summary>
    int? DelaySeconds { set; }
}

public interface AmazonSqsSendContext<out T> : AmazonSqsSendContext, SendContext<T>
    where T : class;
