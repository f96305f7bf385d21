using MassTransit.Middleware;

namespace CloudIa.Transport.Connection;

/// <summary>The connection as MassTransit's pipes pass it on.</summary>
internal sealed class SqsClientContext(SqsConnection connection, CancellationToken cancellationToken) : BasePipeContext(cancellationToken)
{
    public SqsConnection Connection => connection;

    /// <summary>Set by the first filter of a receive endpoint.</summary>
    public DeployedQueue? Deployed { get; set; }
}
