namespace MassTransit.AmazonSqsTransport;

/// <summary>A bus's connection, as <c>e.ConfigureConnection</c>'s filters see it.</summary>
public interface ConnectionContext : PipeContext
{
    /// <summary>Belongs to the bus: not to be disposed of.</summary>
    IConnection Connection { get; }

    Uri HostAddress { get; }

    IAmazonSqsBusTopology Topology { get; }
}
