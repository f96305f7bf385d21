using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Limits;

/// <summary>A misspelt limit would be none: what section <c>Limits</c> has must be a setting.</summary>
internal sealed class LimitFields(IConfiguration configuration) : IValidateOptions<LimitOptions>
{
    private static readonly string[] OfAll = [.. typeof(LimitValues).GetProperties().Select(x => x.Name)];
    private static readonly string[] OfSection = [.. OfAll, nameof(LimitOptions.TierClaim), nameof(LimitOptions.Tiers)];
    private static readonly string[] OfTier = [nameof(LimitTier.Name), .. OfAll];

    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var limits = configuration.GetSection(LimitOptions.Section);
        var tiers = limits.GetSection(nameof(LimitOptions.Tiers));
        List<string> problems = [.. Unknown(limits, OfSection), .. tiers.GetChildren().SelectMany(x => Unknown(x, OfTier))];
        problems.AddRange(tiers.GetChildren().Prepend(tiers).Where(x => !string.IsNullOrEmpty(x.Value)).Select(
            x => $"{x.Path} is one value. A tier has fields: {tiers.Path}:0:{nameof(LimitTier.Name)} and its limits."));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] known) => section.GetChildren()
        .Where(x => !known.Contains(x.Key, StringComparer.OrdinalIgnoreCase))
        .Select(x => $"{x.Path} is no setting, and would limit nothing. There are {string.Join(", ", known)}.");
}
