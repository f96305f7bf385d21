namespace MassTransit;

public interface IAmazonSqsQueueEndpointConfigurator : IAmazonSqsQueueConfigurator
{
    /// <summary>Seconds of a long poll, 0 to 20, default 20. A stop waits for the running poll: take 1 or 2 in tests.</summary>
    ushort WaitTimeSeconds { set; }

    /// <summary>Default: false. Empties the queue at the first start of the endpoint in this process.</summary>
    bool PurgeOnStartup { set; }
}
