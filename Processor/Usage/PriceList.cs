using CloudIa.Contracts;
using CloudIa.Processor.Usage.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Usage;

/// <summary>What calls of models cost.</summary>
internal sealed class PriceList(IOptions<PriceOptions> options)
{
    private const decimal Million = 1_000_000;

    /// <param name="answered">The model as the provider named it: often a version of what was asked for.</param>
    /// <returns>Null: the model has no price, so that what it costs is not known.</returns>
    public JobCost? CostOf(string provider, string answered, string asked, TokenUsage usage)
    {
        if ((Find(provider, answered) ?? Find(provider, asked)) is not { } price || usage is { InputTokens: null, OutputTokens: null })
        {
            return null;
        }

        var input = usage.InputTokens ?? 0;
        var cached = Math.Clamp(usage.CachedInputTokens ?? 0, 0, input);
        return new JobCost
        {
            Currency = price.Currency,
            Amount = (((input - cached) * price.InputPerMillion!.Value)
                + (cached * (price.CachedInputPerMillion ?? price.InputPerMillion.Value))
                + ((usage.OutputTokens ?? 0) * price.OutputPerMillion!.Value)) / Million,
        };
    }

    private ModelPrice? Find(string provider, string model)
    {
        var prices = options.Value.Prices.Where(x => string.Equals(x.Model, model, StringComparison.OrdinalIgnoreCase)).ToList();
        return prices.Find(x => string.Equals(x.Provider, provider, StringComparison.OrdinalIgnoreCase)) ?? prices.Find(x => string.IsNullOrEmpty(x.Provider));
    }
}
