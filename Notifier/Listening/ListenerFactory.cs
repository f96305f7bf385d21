using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Listening;

/// <summary>Opens listeners: subscribed to the user's events and registered for the user's session.</summary>
internal sealed class ListenerFactory(IEventFeed feed, IEventLog log, ConnectionLeases leases, LastEvents lastEvents, JobAccess jobs, IChatStore chats, IAcknowledgements acknowledgements,
    LoginEnds loginEnds, IOptions<NotifierOptions> options, IOptions<ListeningOptions> listening, NotifierMetrics metrics, TimeProvider time, UnreadableEvents unreadable, ILoggerFactory loggers)
{
    private readonly ILogger<Listener> _listenerLogger = loggers.CreateLogger<Listener>();
    private readonly ILogger<Acknowledgements> _acknowledgementsLogger = loggers.CreateLogger<Acknowledgements>();
    private readonly LoginEnds _ends = loginEnds;
    private readonly JobReader _reader = new(log, listening.Value.ReadPage, unreadable);

    /// <exception cref="TooManyConnectionsException">Its user has as many as there can be.</exception>
    public Task<Listener> OpenAsync(ListenerConnection connection, ListenerScope scope, ConnectionLogin login, CancellationToken cancellationToken) =>
        OpenAsync(connection, scope, login, isTakenOver: false, cancellationToken);

    /// <param name="isTakenOver">It is open already, at another node: it is let in, however many there are.</param>
    /// <exception cref="TooManyConnectionsException">Its user has as many as there can be.</exception>
    public async Task<Listener> OpenAsync(ListenerConnection connection, ListenerScope scope, ConnectionLogin login, bool isTakenOver, CancellationToken cancellationToken)
    {
        var listener = new Listener(connection, scope, _reader, lastEvents, options.Value, listening.Value, metrics, time, _listenerLogger);
        try
        {
            await listener.OpenAsync(feed, cancellationToken);
            listener.Own(await leases.TakeAsync(connection, login.Tier, isTakenOver, cancellationToken));
            if (login.Ends is { } ends)
            {
                listener.Own(_ends.Add(listener, ends));
            }

            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a listener's client can ask for. It goes with the listener.</summary>
    /// <param name="isTakenUp">The client named its session.</param>
    public (Subscriptions Subscriptions, Acknowledgements Acknowledgements) ClientOf(Listener listener, bool isTakenUp)
    {
        var acknowledged = new Acknowledgements(listener, isTakenUp, jobs, acknowledgements, time, _acknowledgementsLogger);
        listener.Own(acknowledged);
        return (new Subscriptions(listener, jobs, chats), acknowledged);
    }
}
