namespace CloudIa.Contracts;

/// <summary>Answer and outcome are in DynamoDB. Published by Processor.</summary>
public sealed record MessagePersisted
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}
