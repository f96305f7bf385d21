namespace CloudIa.Limits;

/// <summary>A tier's limits: <c>Limits:Tiers:&lt;n&gt;</c>. What is left out is as without a tier.</summary>
public sealed class LimitTier : LimitValues
{
    public const int MaxNameLength = 64;

    /// <summary>The value of <see cref="LimitOptions.TierClaim"/> that has it, to the letter: 1–64 characters without control characters.</summary>
    public string Name { get; set; } = "";
}
