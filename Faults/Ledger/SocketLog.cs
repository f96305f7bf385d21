using System.Collections.Concurrent;

namespace CloudIa.Faults.Ledger;

/// <summary>All that one connection got, in order. Resumptions stand in it as the event <see cref="Resumed"/>, with the number that the client gave.</summary>
internal sealed class SocketLog(string user, int listener)
{
    public const string Resumed = "resumed";

    /// <summary>The server said that it could not: what comes of the job from here on may begin anywhere.</summary>
    public const string NotResumed = "not_resumed";

    public string User => user;

    /// <summary>Connections of the same client follow each other.</summary>
    public int Listener => listener;

    public ConcurrentQueue<SocketEvent> Events { get; } = new();
}
