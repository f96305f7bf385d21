using System.Text.Json.Serialization;
using CloudIa.Contracts;

namespace CloudIa.EventLog;

/// <summary>A finished answer, kept in Redis from the model's last token until it is stored.</summary>
public sealed record KeptAnswer
{
    /// <summary>The attempt that produced it.</summary>
    public required int Attempt { get; init; }

    public required string Text { get; init; }

    public required string Model { get; init; }

    /// <summary>As the configuration names it. Added with failover: null in an answer of a version before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    public required TokenUsage Usage { get; init; }

    /// <summary>Null: the model has no price, or a version before kept the answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobCost? Cost { get; init; }

    public required string FinishReason { get; init; }

    public required DateTimeOffset CompletedAt { get; init; }
}
