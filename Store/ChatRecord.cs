namespace CloudIa.Store;

/// <summary>A chat of a user.</summary>
public sealed record ChatRecord
{
    public required Guid ChatId { get; init; }

    /// <summary>The first characters of the first message.</summary>
    public required string Title { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many turns were accepted.</summary>
    public required long Turns { get; init; }

    /// <summary>The job that was accepted last; null in a chat of a version that did not keep it.</summary>
    public Guid? LastJobId { get; init; }
}
