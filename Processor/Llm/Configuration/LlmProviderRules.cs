using CloudIa.Processor.Configuration;
using CloudIa.Processor.Context;

namespace CloudIa.Processor.Llm.Configuration;

/// <summary>What a provider's options must keep to.</summary>
internal static class LlmProviderRules
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static void Check(Problems problems, string key, LlmProviderOptions provider)
    {
        switch (provider.Type)
        {
            case LlmProviderTypes.Echo:
                problems.Require($"{key}:{nameof(provider.WordDelay)}", provider.WordDelay, TimeSpan.Zero, TimeSpan.FromSeconds(10),
                    "the answer would take too long. 00:00:00.030 is a good value.");
                break;
            case LlmProviderTypes.OpenAi:
                VendorRules.Check(problems, key, provider, LlmProviderOptions.OpenAiUrl);
                break;
            case LlmProviderTypes.Anthropic:
                VendorRules.Check(problems, key, provider, LlmProviderOptions.AnthropicUrl);
                problems.Require($"{key}:{nameof(provider.MaxOutputTokens)}", provider.MaxOutputTokens, 1, 1_000_000,
                    "Anthropic answers no request without a limit of tokens. 4096 is a good value.");
                break;
            default:
                problems.Add($"{key}:{nameof(provider.Type)}", $"is '{provider.Type}', which is no type of provider. " +
                    $"There are '{LlmProviderTypes.Echo}', '{LlmProviderTypes.OpenAi}' (any server with OpenAI's interface) and '{LlmProviderTypes.Anthropic}'.");
                break;
        }

        CheckWindow(problems, key, provider);
        foreach (var alias in provider.Aliases.Where(x => string.IsNullOrWhiteSpace(x.Value)).Select(x => x.Key))
        {
            problems.Add($"{key}:{nameof(provider.Aliases)}:{alias}", "is empty, so there is no model to ask for. Give the name by which this provider knows it.");
        }

        problems.Require($"{key}:{nameof(provider.MaxConcurrentCalls)}", provider.MaxConcurrentCalls, 1, 10_000,
            "each is an open connection. 100 is a good value.");
        problems.Require($"{key}:{nameof(provider.QueueTimeout)}", provider.QueueTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1),
            "the next provider, or redelivery, is for longer waits. 00:00:01 is a good value.");
        CheckTimes(problems, key, provider);
        CheckBreaker(problems, key, provider);
    }

    private static void CheckWindow(Problems problems, string key, LlmProviderOptions provider)
    {
        if (provider.Encoding is not (null or TokenCounter.O200k or TokenCounter.Cl100k))
        {
            problems.Add($"{key}:{nameof(provider.Encoding)}", $"is '{provider.Encoding}', which is no encoding that there is. " +
                $"There are {TokenCounter.O200k} and {TokenCounter.Cl100k}; for another one leave it out, and set TokenFactor.");
        }

        problems.Require($"{key}:{nameof(provider.TokenFactor)}", provider.TokenFactor ?? 1, 0.1, 10.0,
            "no encoding is that far from ours. 1.35 is a good value.");
        problems.Require($"{key}:{nameof(provider.ContextWindow)}", provider.ContextWindow ?? 0, 0, 100_000_000,
            "no model holds more. 128000 is a good value, 0 where it is not known.");
        foreach (var (model, window) in provider.ContextWindows)
        {
            problems.Require($"{key}:{nameof(provider.ContextWindows)}:{model}", window, 0, 100_000_000, "no model holds more. 128000 is a good value, 0 where it is not known.");
        }

        foreach (var window in provider.ContextWindows.Values.Append(provider.WindowOf("")).Where(x => x > 0 && x <= provider.MaxOutputTokens))
        {
            problems.Add($"{key}:{nameof(provider.ContextWindow)}", $"is {window} for some model, not more than MaxOutputTokens ({provider.MaxOutputTokens}), which is kept free " +
                "for the answer: there would be no room for a question. Raise the former or lower the latter.");
        }
    }

    private static void CheckTimes(Problems problems, string key, LlmProviderOptions provider)
    {
        problems.Require($"{key}:{nameof(provider.TotalTimeout)}", provider.TotalTimeout, ShortestTimeout, LongestTimeout,
            "nobody waits longer for a first word. 00:01:30 is a good value.");
        problems.Require($"{key}:{nameof(provider.FirstTokenTimeout)}", provider.FirstTokenTimeout, ShortestTimeout, LongestTimeout,
            "nobody waits longer for a first word. 00:00:30 is a good value.");
        problems.Require($"{key}:{nameof(provider.BetweenTokensTimeout)}", provider.BetweenTokensTimeout, ShortestTimeout, LongestTimeout,
            "nobody waits longer for the next word. 00:00:30 is a good value.");
        problems.Require($"{key}:{nameof(provider.MaxRetries)}", provider.MaxRetries, 0, 10,
            "redelivery takes over after a few. 2 is a good value.");
        problems.Require($"{key}:{nameof(provider.RetryDelay)}", provider.RetryDelay, Millisecond, TimeSpan.FromMinutes(1),
            "redelivery is for longer pauses. 00:00:00.500 is a good value.");
        problems.Require($"{key}:{nameof(provider.MaxRetryDelay)}", provider.MaxRetryDelay, Millisecond, LongestTimeout,
            "redelivery is for longer pauses. 00:00:15 is a good value.");

        if (provider.FirstTokenTimeout > provider.TotalTimeout)
        {
            problems.Add($"{key}:{nameof(provider.FirstTokenTimeout)}", $"is {provider.FirstTokenTimeout}, longer than TotalTimeout ({provider.TotalTimeout}), " +
                "which ends the call first: it would have no effect, and nothing would be retried. Lower the former or raise the latter.");
        }

        if (provider.MaxRetryDelay < provider.RetryDelay)
        {
            problems.Add($"{key}:{nameof(provider.MaxRetryDelay)}", $"is {provider.MaxRetryDelay}, shorter than RetryDelay ({provider.RetryDelay}), " +
                "the first pause already. Raise the former or lower the latter.");
        }
    }

    private static void CheckBreaker(Problems problems, string key, LlmProviderOptions provider)
    {
        var (shortest, longest) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1));
        problems.Require($"{key}:{nameof(provider.BreakerFailureRatio)}", provider.BreakerFailureRatio, 0.01, 1.0,
            "it is a part of all tries. 0.5 is a good value.");
        problems.Require($"{key}:{nameof(provider.BreakerMinimumTries)}", provider.BreakerMinimumTries, 2, 10_000,
            "fewer say nothing about a provider. 10 is a good value.");
        problems.Require($"{key}:{nameof(provider.BreakerWindow)}", provider.BreakerWindow, shortest, longest,
            "it must hold enough tries to judge by. 00:00:30 is a good value.");
        problems.Require($"{key}:{nameof(provider.BreakerPause)}", provider.BreakerPause, shortest, longest,
            "it must give the provider time to recover. 00:00:15 is a good value.");
    }
}
