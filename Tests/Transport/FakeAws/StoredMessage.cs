using System.Text.Json.Nodes;

namespace CloudIa.Tests.Transport.FakeAws;

internal sealed class StoredMessage
{
    public required string Id { get; init; }

    public required string Body { get; init; }

    /// <summary>As SQS's JSON has them: DataType, StringValue, BinaryValue.</summary>
    public required JsonObject Attributes { get; init; }

    public required DateTimeOffset Sent { get; init; }

    public string? GroupId { get; init; }

    public string? DeduplicationId { get; init; }

    public required long Sequence { get; init; }

    public DateTimeOffset VisibleAt { get; set; }

    public DateTimeOffset? FirstReceived { get; set; }

    public DateTimeOffset LastReceived { get; set; }

    public int Receives { get; set; }

    public bool InFlight { get; set; }

    public string? Receipt { get; set; }
}
