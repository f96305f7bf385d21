using System.Security.Claims;
using CloudIa.EventLog;

namespace CloudIa.Notifier.Connections;

/// <summary>Names of what is registered.</summary>
internal static class ListenerConnections
{
    public const string WebSocket = "websocket";
    public const string SignalR = "signalr";

    private static readonly string Node = $"{Environment.MachineName}/{Environment.ProcessId}";

    public static ListenerConnection Of(ClaimsPrincipal user, string sessionId, string connectionId, string wire) =>
        new(user.UserId(), sessionId, connectionId, wire, Node);

    public static string UserId(this ClaimsPrincipal user) => user.FindFirstValue("sub")
        ?? throw new InvalidOperationException(
            "The caller is authenticated, but has no claim 'sub', so there is nobody to bind the connection to. " +
            "Let the authentication scheme give one, and keep MapInboundClaims off so that it is not renamed.");
}
