using CloudIa.Processor.Configuration;
using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Usage.Configuration;

internal sealed class PriceOptionsValidator : IValidateOptions<PriceOptions>
{
    /// <summary>More is a typing error; and what comes of it fits DynamoDB's numbers.</summary>
    private const decimal MostPerMillion = 1_000_000;

    public ValidateOptionsResult Validate(string? name, PriceOptions options)
    {
        var problems = new Problems(LlmOptions.Section);
        foreach (var (index, price) in options.Prices.Index())
        {
            var key = $"Prices:{index}";
            if (string.IsNullOrWhiteSpace(price.Model))
            {
                problems.Add($"{key}:{nameof(price.Model)}", "is empty, so it is the price of nothing. Name the model as its provider does.");
            }

            Check(problems, $"{key}:{nameof(price.InputPerMillion)}", price.InputPerMillion, isRequired: true);
            Check(problems, $"{key}:{nameof(price.OutputPerMillion)}", price.OutputPerMillion, isRequired: true);
            Check(problems, $"{key}:{nameof(price.CachedInputPerMillion)}", price.CachedInputPerMillion, isRequired: false);
            if (price.Currency is not { Length: 3 } || !price.Currency.All(char.IsAsciiLetterUpper))
            {
                problems.Add($"{key}:{nameof(price.Currency)}", $"is '{price.Currency}', not three capital letters (ISO 4217). USD is a good value.");
            }
        }

        return problems.Found is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }

    private static void Check(Problems problems, string key, decimal? price, bool isRequired)
    {
        if (price is null && isRequired)
        {
            problems.Add(key, "is missing: what a call costs would be wrong. Give the provider's price for a million tokens; 0 where it is free.");
        }
        else if (price is { } given)
        {
            problems.Require(key, given, 0, MostPerMillion, "it is for a million tokens, in whole units of the currency.");
        }
    }
}
