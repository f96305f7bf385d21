namespace CloudIa.Store;

/// <summary>A key by which a program logs in as a user. Of its secret there is only a digest.</summary>
public sealed record ApiKeyRecord
{
    /// <summary>As many as a user can have.</summary>
    public const int MostOfUser = 10;

    public required Guid KeyId { get; init; }

    public required string UserId { get; init; }

    /// <summary>What its user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret, in 64 hexadecimal digits.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of limits: its maker's when it was made. Null: none, or made by a version that knew no tiers.</summary>
    public string? Tier { get; init; }

    /// <summary>To the hour or so; null: it was not used. In the user's list only.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
