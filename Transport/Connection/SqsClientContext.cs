using CloudIa.Transport.Hosting;
using MassTransit;
using MassTransit.AmazonSqsTransport;
using MassTransit.Middleware;

namespace CloudIa.Transport.Connection;

/// <summary>The connection as MassTransit's pipes pass it on.</summary>
internal sealed class SqsClientContext(SqsConnection connection, SqsHostConfiguration host, CancellationToken cancellationToken) :
    BasePipeContext(cancellationToken),
    ClientContext,
    ConnectionContext
{
    public SqsConnection Connection => connection;

    /// <summary>Set by the first filter of a receive endpoint.</summary>
    public DeployedQueue? Deployed { get; set; }

    public Uri HostAddress => host.HostAddress;

    public IAmazonSqsBusTopology Topology => host.BusTopology;

    ConnectionContext ClientContext.ConnectionContext => this;

    IConnection ConnectionContext.Connection => new OpenConnection(connection, owned: false);
}
