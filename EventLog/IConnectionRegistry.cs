namespace CloudIa.EventLog;

/// <summary>Who listens where: user ↔ connections, each with its session, in Redis, with a heartbeat and a time to live.</summary>
public interface IConnectionRegistry
{
    /// <summary>Registers a connection of a user's session, or renews it. It is forgotten when not renewed for <paramref name="timeToLive"/>.</summary>
    Task RegisterAsync(ListenerConnection connection, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>As <see cref="RegisterAsync"/>, unless the user has that many other connections already.</summary>
    /// <param name="most">0: no limit.</param>
    /// <returns>False: nothing was registered.</returns>
    Task<bool> TryRegisterAsync(ListenerConnection connection, int most, TimeSpan timeToLive, CancellationToken cancellationToken);

    Task RemoveAsync(ListenerConnection connection, CancellationToken cancellationToken);

    /// <summary>The live connections of a user, of whatever session, on whichever node they are.</summary>
    Task<IReadOnlyList<ListenerConnection>> GetAsync(string userId, CancellationToken cancellationToken);
}

/// <summary>One open connection.</summary>
/// <param name="Wire"><c>websocket</c>, <c>signalr</c>, <c>apigateway</c>, or <c>sse</c>, which follows one job only.</param>
/// <param name="Node">The process that holds it.</param>
public sealed record ListenerConnection(string UserId, string SessionId, string ConnectionId, string Wire, string Node);
