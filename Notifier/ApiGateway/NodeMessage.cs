using System.Text.Json.Serialization;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>What one node says to another, over Redis.</summary>
internal sealed record NodeMessage
{
    public required NodeMessageKind Kind { get; init; }

    /// <summary>Who says it, and hears the answer.</summary>
    public string? From { get; init; }

    /// <summary>Joins question and answer.</summary>
    public long Number { get; init; }

    public string? ConnectionId { get; init; }

    /// <summary>What a client sent: UTF-8.</summary>
    public byte[]? Frame { get; init; }

    public Delivery Delivery { get; init; }
}

internal enum NodeMessageKind
{
    /// <summary>For kinds of a version to come.</summary>
    Unknown,

    /// <summary>A client's frame, for the owner of its connection.</summary>
    Frame,

    /// <summary>The answer to <see cref="Frame"/>.</summary>
    Answer,

    /// <summary>A connection was closed by its client.</summary>
    Closed,

    /// <summary>To all: connections wait for an owner.</summary>
    Orphans,
}

/// <summary>What became of a client's frame.</summary>
internal enum Delivery
{
    /// <summary>The node that was asked does not have the connection.</summary>
    NotHere,

    Taken,

    /// <summary>Too many frames of the connection wait already.</summary>
    Busy,

    /// <summary>There is no such connection.</summary>
    NoConnection,
}

[JsonSerializable(typeof(NodeMessage))]
[JsonSerializable(typeof(IReadOnlyList<byte[]>))]
internal sealed partial class GatewayJson : JsonSerializerContext;
