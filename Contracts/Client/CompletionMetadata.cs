using System.Text.Json.Serialization;

namespace CloudIa.Contracts.Client;

/// <summary>What is known of a stored answer.</summary>
public sealed record CompletionMetadata
{
    /// <summary>The id of the assistant's message in the history.</summary>
    public required Guid MessageId { get; init; }

    public required string Model { get; init; }

    /// <summary>The provider whose model it is, as the configuration names it. Added with failover: left out where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary>Input and output together; null where the provider did not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Tokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? InputTokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? OutputTokens { get; init; }

    /// <summary>Of the input: what the provider had from before. Added with usage and prices; left out where it did not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CachedInputTokens { get; init; }

    /// <summary>True where the tokens are an estimate of ours, since the provider gave no number; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Estimated { get; init; }

    /// <summary>Left out where the model has no price here: what it cost is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobCost? Cost { get; init; }

    /// <summary><c>stop</c>, <c>length</c>, …, as the provider said it.</summary>
    public required string FinishReason { get; init; }
}
