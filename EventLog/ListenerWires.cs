namespace CloudIa.EventLog;

/// <summary>Wires that more than one service has to tell apart.</summary>
public static class ListenerWires
{
    /// <summary>Server-sent events: one job's, served by Api.</summary>
    public const string EventStream = "sse";
}
