using System.ComponentModel.DataAnnotations;

namespace CloudIa.Limits;

/// <summary>A tier's limits: <c>Limits:Tiers:&lt;n&gt;</c>. What is left out is as without a tier; 0 is no limit. Ranges are those of <see cref="LimitOptions"/>.</summary>
public sealed class LimitTier
{
    public const int MaxNameLength = 64;

    /// <summary>The value of <see cref="LimitOptions.TierClaim"/> that has it, to the letter: 1–64 characters without control characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>As <see cref="LimitOptions.RequestsPerMinute"/>.</summary>
    [Range(0, 10_000)]
    public int? RequestsPerMinute { get; set; }

    /// <summary>As <see cref="LimitOptions.ConcurrentJobs"/>.</summary>
    [Range(0, 10_000)]
    public int? ConcurrentJobs { get; set; }

    /// <summary>As <see cref="LimitOptions.TokensPerDay"/>.</summary>
    [Range(0L, 1_000_000_000_000L)]
    public long? TokensPerDay { get; set; }

    /// <summary>As <see cref="LimitOptions.Connections"/>.</summary>
    [Range(0, 10_000)]
    public int? Connections { get; set; }

    /// <summary>As <see cref="LimitOptions.AnswerTokens"/>.</summary>
    [Range(1, 1_000_000)]
    public int? AnswerTokens { get; set; }
}
