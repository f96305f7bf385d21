namespace CloudIa.Contracts;

/// <summary>The whole answer is kept in Redis. Published by Processor; the text itself never travels in a message.</summary>
public sealed record LlmCompleted
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>The model that answered, as its provider names it.</summary>
    public required string Model { get; init; }

    public required TokenUsage Usage { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}
