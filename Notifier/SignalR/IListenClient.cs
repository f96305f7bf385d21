using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.SignalR;

/// <summary>What the hub calls at its clients.</summary>
public interface IListenClient
{
    /// <summary>The first call.</summary>
    Task Connected(ConnectedNotice connected);

    /// <summary>One event of one of the user's jobs: the same JSON as everywhere.</summary>
    Task OnEvent(ClientEvent value);
}

/// <summary>Names this connection, and the session to send as <c>?sessionId=</c> when connecting again.</summary>
public sealed record ConnectedNotice(string ConnectionId, string SessionId);
