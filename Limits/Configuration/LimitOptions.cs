using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace CloudIa.Limits;

/// <summary>
/// How much one user may do. Section <c>Limits</c>, the same for Api, Processor and Notifier. What is left out has its default, but in
/// Development, where it is no limit.
/// </summary>
public sealed class LimitOptions : LimitValues, IValidatableObject
{
    public const string Section = "Limits";

    /// <summary>
    /// The token's claim that says which of <see cref="Tiers"/> its user has: a text or a list of texts. Default <c>tier</c>. Where there is no claim of that name,
    /// one with dots leads into objects. Read where there are tiers.
    /// </summary>
    [Required]
    public string TierClaim { get; set; } = "tier";

    /// <summary>Other limits for some users. The first that the claim has is theirs; who has none of them has the limits above. Default: none.</summary>
    public IList<LimitTier> Tiers { get; } = [];

    /// <param name="tier">Null, or one that there is not: the limits above.</param>
    public UserLimits Of(string? tier) => Of(tier is null ? null : Tiers.FirstOrDefault(x => x.Name == tier));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (tier, n) in Tiers.Select((x, n) => (x, n)))
        {
            var path = $"{Section}:{nameof(Tiers)}:{n}";
            if (string.IsNullOrWhiteSpace(tier.Name) || tier.Name.Length > LimitTier.MaxNameLength || tier.Name.Any(char.IsControl))
                yield return new($"{path}:{nameof(tier.Name)} is not a text of 1–{LimitTier.MaxNameLength} characters without control characters: no claim could have it. Give the claim's value.");
            else if (Tiers.Take(n).Any(x => x.Name == tier.Name))
                yield return new($"{path}:{nameof(tier.Name)} is '{tier.Name}', as an earlier tier's: this one would never be anybody's. Leave one of them out.");

            foreach (var property in typeof(LimitTier).GetProperties())
            {
                var value = property.GetValue(tier);
                if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
                    yield return new(string.Create(CultureInfo.InvariantCulture, $"{path}:{property.Name} is {value}, not from {range.Minimum} to {range.Maximum}."));
            }
        }
    }

    /// <summary>Tokens are limited, for some tier at least.</summary>
    public bool CountsTokens => Any(x => x.TokensPerDay > 0);

    /// <summary>Connections are limited, for some tier at least.</summary>
    public bool CountsConnections => Any(x => x.Connections > 0);

    /// <summary>What is counted for one may be counted for all: a user can have several tiers, by token and by key, and Processor does not know which.</summary>
    internal bool Any(Func<UserLimits, bool> counts) => counts(Of(tier: (LimitTier?)null)) || Tiers.Any(x => counts(Of(x)));

    private UserLimits Of(LimitTier? tier) => new(
        tier?.RequestsPerMinute ?? RequestsPerMinute ?? 0,
        tier?.ConcurrentJobs ?? ConcurrentJobs ?? 0,
        tier?.TokensPerDay ?? TokensPerDay ?? 0,
        tier?.Connections ?? Connections ?? 0,
        tier?.AnswerTokens ?? AnswerTokens ?? LimitDefaults.AnswerTokens);
}
