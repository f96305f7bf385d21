using System.Net.WebSockets;

namespace CloudIa.Notifier.WebSockets;

/// <summary>How a connection ends. The reason is told to the client: at most 123 bytes of UTF-8 (RFC 6455).</summary>
internal sealed record Closing(WebSocketCloseStatus Status, string Reason)
{
    public static readonly Closing ByClient = new(WebSocketCloseStatus.NormalClosure, "closed by the client");
    public static readonly Closing Lost = new(WebSocketCloseStatus.Empty, "");
    public static readonly Closing Restarting = new(WebSocketCloseStatus.EndpointUnavailable, "server is restarting: reconnect and resume");
    public static readonly Closing Failed = new(WebSocketCloseStatus.InternalServerError, "server error: reconnect and resume");
    public static readonly Closing Binary = new(WebSocketCloseStatus.InvalidMessageType, "send text frames, one JSON object each");
    public static readonly Closing TooBig = new(WebSocketCloseStatus.MessageTooBig, "a frame may have 32 KiB at most");

    /// <summary>3000, "unauthorized" in IANA's registry, which .NET has no name for.</summary>
    public static readonly Closing LoginEnded = new((WebSocketCloseStatus)3000, "login is over: connect with a new token and resume");

    /// <summary>1013, "try again later", which .NET has no name for.</summary>
    public static readonly Closing SlowReader = new((WebSocketCloseStatus)1013, "slow reader: reconnect and resume");
}
