namespace CloudIa.Bench.Listening;

/// <summary>What holds connections, each in a process of its own.</summary>
internal static class ListenerHosts
{
    public const string Verb = "listener-host";

    /// <summary>Kestrel and its WebSockets, which wait for a frame that never comes.</summary>
    public const string BareWebSocket = "bare WebSocket";

    /// <summary>Kestrel and a hub without a method.</summary>
    public const string BareSignalR = "bare SignalR";

    /// <summary>Notifier as it is.</summary>
    public const string Notifier = "notifier";

    /// <summary>All four services, as Local has them.</summary>
    public const string System = "system";

    /// <summary>A server with OpenAI's interface, whose tokens come at a steady pace.</summary>
    public const string Model = "model";
}
