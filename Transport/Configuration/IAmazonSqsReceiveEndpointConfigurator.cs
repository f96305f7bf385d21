using MassTransit.AmazonSqsTransport;

namespace MassTransit;

public interface IAmazonSqsReceiveEndpointConfigurator : IReceiveEndpointConfigurator, IAmazonSqsQueueEndpointConfigurator
{
    /// <summary>Seconds until a message whose delivery broke off is visible again, default 1.</summary>
    int RedeliverVisibilityTimeout { set; }

    /// <summary>Messages of one FIFO group at a time, default 1.</summary>
    int ConcurrentDeliveryLimit { set; }

    /// <summary>The longest a message is kept invisible, counted from its receipt. Default and most: 12 hours.</summary>
    TimeSpan MaxVisibilityTimeout { set; }

    /// <summary>The longest step of one renewal in seconds. Default: the queue's own visibility timeout.</summary>
    int MaxVisibilityTimeoutRenewal { set; }

    /// <summary>Awaited before each poll, with the token of the endpoint's stop: nothing is received until it is done. What was received goes on. Not in the official package.</summary>
    Func<CancellationToken, Task> BeforePoll { set; }

    /// <summary>Subscribes the queue to the message's topic, though no consumer on it asks for the message.</summary>
    void Subscribe<T>(Action<IAmazonSqsTopicSubscriptionConfigurator>? callback = null)
        where T : class;

    void Subscribe(string topicName, Action<IAmazonSqsTopicSubscriptionConfigurator>? callback = null);

    /// <summary>Filters that run at each start of the endpoint, before its queue is deployed.</summary>
    void ConfigureClient(Action<IPipeConfigurator<ClientContext>>? configure);

    /// <summary>The same with the connection in sight.</summary>
    void ConfigureConnection(Action<IPipeConfigurator<ConnectionContext>>? configure);

    /// <summary>Takes the messages of a FIFO group in parallel.</summary>
    void DisableMessageOrdering();
}
