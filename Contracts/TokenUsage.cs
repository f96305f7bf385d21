using System.Text.Json.Serialization;

namespace CloudIa.Contracts;

/// <summary>What the model's provider counted, in tokens; null where it did not say, and nobody estimated it.</summary>
public sealed record TokenUsage
{
    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    /// <summary>Of the input: what the provider had from before, and takes less for. Added with usage and prices: what is older has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CachedInputTokens { get; init; }

    /// <summary>True where a number is ours, since the provider gave none. Added with usage and prices: what is older has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Estimated { get; init; }
}
