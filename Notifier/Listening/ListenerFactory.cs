using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Listening;

/// <summary>Opens listeners: subscribed to the user's events and registered for the user's session.</summary>
internal sealed class ListenerFactory(IEventFeed feed, IEventLog log, IConnectionRegistry registry, LastEvents lastEvents,
    IOptions<NotifierOptions> options, NotifierMetrics metrics, TimeProvider time, ILoggerFactory loggers)
{
    public async Task<Listener> OpenAsync(ListenerConnection connection, CancellationToken cancellationToken)
    {
        var reader = new JobReader(log, options.Value.ReadPage);
        var listener = new Listener(
            connection, reader, lastEvents, options.Value, metrics, time, loggers.CreateLogger<Listener>());
        try
        {
            await listener.OpenAsync(feed, cancellationToken);
            listener.Own(await ConnectionLease.TakeAsync(
                registry, connection, options.Value, metrics, time, loggers.CreateLogger<ConnectionLease>(), cancellationToken));
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }
}
