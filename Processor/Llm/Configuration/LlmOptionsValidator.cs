using CloudIa.Processor.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Llm.Configuration;

internal sealed class LlmOptionsValidator : IValidateOptions<LlmOptions>
{
    private const int MinAnswerBytes = 1024;
    private const int MaxAnswerBytes = 300_000;

    public ValidateOptionsResult Validate(string? name, LlmOptions options)
    {
        var problems = new Problems(LlmOptions.Section);
        problems.Require(nameof(options.ContextMessages), options.ContextMessages, 0, 1000,
            "each is read from the store and paid for with each turn. 20 is a good value.");
        problems.Require(nameof(options.ContextTokens), options.ContextTokens, 0, 2_000_000,
            "they are paid for with each turn. 32768 is a good value.");
        problems.Require(nameof(options.ContextTimeToLive), options.ContextTimeToLive, TimeSpan.Zero, TimeSpan.FromDays(1),
            "it is a copy of what people said, kept for the next turn. 00:30:00 is a good value.");
        problems.Require(nameof(options.MaxAnswerBytes), options.MaxAnswerBytes, MinAnswerBytes, MaxAnswerBytes,
            "an answer is stored in one DynamoDB item, which holds 400 KB. 262144 is a good value.");

        ParameterStoreRules.Check(problems, nameof(options.ParameterStore), options.ParameterStore);
        foreach (var (index, provider) in options.Providers.Index())
        {
            LlmProviderRules.Check(problems, $"Providers:{index}", provider);
        }

        foreach (var twins in options.Providers.GroupBy(provider => provider.DisplayName, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            problems.Add("Providers", $"has {twins.Count()} with the name '{twins.Key}': logs and metrics could not tell them apart. Give each its own Name.");
        }

        return problems.Found is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
