namespace CloudIa.Contracts;

/// <summary>The user's turn is in the history. Published by Processor.</summary>
public sealed record MessageReceived
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}
