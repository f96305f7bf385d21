using System.Security.Claims;
using CloudIa.EventLog;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Notifier.Connections;

/// <summary>Names of what is registered.</summary>
internal static class ListenerConnections
{
    public const string WebSocket = "websocket";
    public const string SignalR = "signalr";
    public const string ApiGateway = "apigateway";

    public static readonly string Node = $"{Environment.MachineName}/{Environment.ProcessId}";

    public static ListenerConnection Of(ClaimsPrincipal user, string sessionId, string connectionId, string wire) =>
        new(user.UserId(), sessionId, connectionId, wire, Node);
}
