using CloudIa.Transport.Hosting;
using MassTransit;
using MassTransit.Middleware;

namespace CloudIa.Transport.Connection;

/// <summary>Owns the connection from the first use to the stop of the bus.</summary>
internal sealed class ConnectionAgent : Agent
{
    private readonly Lazy<SqsConnection> _connection;

    public ConnectionAgent(SqsHostSettings settings, TimeProvider time)
    {
        _connection = new Lazy<SqsConnection>(() =>
        {
            LogContext.Debug?.Log("Connecting to {Host}", settings.HostAddress);
            return new SqsConnection(settings, time);
        });
        SetReady();
    }

    public SqsConnection Connection => _connection.Value;

    protected override async Task StopAgent(StopContext context)
    {
        if (_connection.IsValueCreated)
            await _connection.Value.DisposeAsync().ConfigureAwait(false);
        await base.StopAgent(context).ConfigureAwait(false);
    }
}
