using CloudIa.Contracts.Client;

namespace CloudIa.EventLog;

/// <summary>Announcements of new events. One Redis subscription per user and process, however many listen.</summary>
public interface IEventFeed
{
    /// <summary>
    /// Calls <paramref name="onEvent"/> for each event announced to a user's listeners, as they come, until disposed. When the task completes, the
    /// subscription is in force. Announcements can be lost (a reconnect to Redis), and two that come at once can change places: whoever needs all of
    /// them in order watches the numbers and reads the gap from the log.
    /// </summary>
    /// <param name="onEvent">May be called by several threads at once. Must return quickly: it holds up the other listeners of the user on this node.</param>
    /// <param name="onReconnected">Called after the connection to Redis was lost and is back: announcements may have been missed.</param>
    Task<IAsyncDisposable> SubscribeAsync(string userId, Action<ClientEvent> onEvent, Action onReconnected, CancellationToken cancellationToken);
}
