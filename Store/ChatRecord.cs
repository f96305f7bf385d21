namespace CloudIa.Store;

/// <summary>A chat of a user.</summary>
public sealed record ChatRecord
{
    public required Guid ChatId { get; init; }

    /// <summary>The first characters of the first message, or what its user calls it.</summary>
    public required string Title { get; init; }

    /// <summary>What models are told before all that is said in this chat, after the deployment's own; null: nothing. At most 8 KiB of UTF-8.</summary>
    public string? SystemPrompt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many turns were accepted.</summary>
    public required long Turns { get; init; }

    /// <summary>The job that was accepted last; null in a chat of a version that did not keep it.</summary>
    public Guid? LastJobId { get; init; }
}
