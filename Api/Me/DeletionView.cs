using System.Text.Json.Serialization;
using CloudIa.Store;

namespace CloudIa.Api.Me;

/// <summary>How far the deletion of all the caller has here is.</summary>
public sealed record DeletionView
{
    /// <summary><c>running</c> or <c>completed</c>.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Left out while it runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CompletedAt { get; init; }

    internal static DeletionView From(ErasureRecord erasure) => new()
    {
        Status = erasure.CompletedAt is null ? "running" : "completed",
        RequestedAt = erasure.RequestedAt,
        CompletedAt = erasure.CompletedAt,
    };
}
