using CloudIa.Notifier.Connections;

namespace CloudIa.Notifier.ApiGateway.Leases;

/// <summary>What Redis knows of a connection, for whichever node owns it.</summary>
internal sealed record GatewayConnection
{
    public required string ConnectionId { get; init; }

    /// <summary>Whose it is: from <c>$connect</c>, and never changed.</summary>
    public required string UserId { get; init; }

    public required string SessionId { get; init; }

    /// <summary>What a version that did not keep it opened has no end and no tier.</summary>
    public ConnectionLogin Login { get; init; }

    /// <summary>Grows with each owner: an earlier one can keep nothing more.</summary>
    public required long Fence { get; init; }

    /// <summary>The first frame was sent.</summary>
    public bool Greeted { get; init; }

    public IReadOnlyDictionary<Guid, SentCursor> Cursors { get; init; } = new Dictionary<Guid, SentCursor>();

    /// <summary>Frames of the client that the owner before was given and did not come to.</summary>
    public IReadOnlyList<byte[]> Pending { get; init; } = [];

    /// <summary>From when on nobody may have followed the user's jobs: milliseconds of Redis's clock. 0 for a new connection.</summary>
    public long UnfollowedSince { get; init; }
}

internal enum LeaseState
{
    Kept,

    /// <summary>Another node owns the connection.</summary>
    Lost,

    /// <summary>Redis knows nothing of the connection: it was forgotten, or Redis lost its data.</summary>
    Missing,
}
