namespace CloudIa.Contracts;

/// <summary>What an answer cost, by the prices that were configured when it was given.</summary>
public sealed record JobCost
{
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217, such as <c>USD</c>.</summary>
    public required string Currency { get; init; }
}
