namespace MassTransit.AmazonSqsTransport;

/// <summary>A receive endpoint's client, as <c>e.ConfigureClient</c>'s filters see it before the endpoint is deployed.</summary>
public interface ClientContext : PipeContext
{
    ConnectionContext ConnectionContext { get; }
}
