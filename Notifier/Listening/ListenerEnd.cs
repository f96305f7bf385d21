namespace CloudIa.Notifier.Listening;

/// <summary>Why a listener stopped.</summary>
internal enum ListenerEnd
{
    Stopped,
    SlowReader,
    ConnectionLost,

    /// <summary>The login that opened the connection is over.</summary>
    LoginEnded,
}

/// <summary>Ends a listener from within.</summary>
internal sealed class ListenerEndedException(ListenerEnd end, Exception? inner = null)
    : Exception($"The listener ended: {end}.", inner)
{
    public ListenerEnd End { get; } = end;
}
