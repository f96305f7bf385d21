namespace CloudIa.Contracts;

/// <summary>What the model's provider counted, in tokens; null where it did not say.</summary>
public sealed record TokenUsage
{
    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }
}
