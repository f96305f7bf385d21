namespace CloudIa.Store;

/// <summary>Where a user wants to be told how jobs end.</summary>
public sealed record WebhookRecord
{
    /// <summary>As many as a user can have.</summary>
    public const int MostOfUser = 10;

    public required Guid WebhookId { get; init; }

    public required string UserId { get; init; }

    public required string Url { get; init; }

    /// <summary>Of this chat alone; null: of all.</summary>
    public Guid? ChatId { get; init; }

    /// <summary>The types of events that it wants; empty: all, those of versions to come, too.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    public required WebhookSecret Secret { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ReplacedSecret> Replaced { get; init; } = [];

    /// <summary>One of <see cref="WebhookDisabledReasons"/>; null while it is enabled.</summary>
    public string? DisabledReason { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Since when every try has failed; null where the last one did not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool IsEnabled => DisabledReason is null;

    public bool Equals(WebhookRecord? other) =>
        other is not null && WebhookId == other.WebhookId && UserId == other.UserId && Url == other.Url && ChatId == other.ChatId && Secret == other.Secret
        && Events.SequenceEqual(other.Events) && Replaced.SequenceEqual(other.Replaced) && DisabledReason == other.DisabledReason && DisabledAt == other.DisabledAt
        && FailingSince == other.FailingSince && CreatedAt == other.CreatedAt && UpdatedAt == other.UpdatedAt;

    public override int GetHashCode() => WebhookId.GetHashCode();
}

/// <summary>Why a webhook is told nothing.</summary>
public static class WebhookDisabledReasons
{
    /// <summary>Its user said so.</summary>
    public const string ByUser = "by_user";

    /// <summary>Its receiver answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>Nothing could be delivered for days.</summary>
    public const string Failing = "failing";
}

/// <summary>What is to be changed of a webhook; null: as it is.</summary>
public sealed record WebhookChange
{
    public string? Url { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    public bool? Enabled { get; init; }
}
