using CloudIa.Processor.Configuration;

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
                CheckOpenAi(problems, key, provider);
                break;
            default:
                problems.Add($"{key}:{nameof(provider.Type)}", $"is '{provider.Type}', which is no type of provider. " +
                    $"There are '{LlmProviderTypes.Echo}' and '{LlmProviderTypes.OpenAi}' (any server with OpenAI's interface).");
                break;
        }

        CheckTimes(problems, key, provider);
        CheckBreaker(problems, key, provider);
    }

    private static void CheckOpenAi(Problems problems, string key, LlmProviderOptions provider)
    {
        // The values of BaseUrl and ApiKey are never said: either can hold a secret.
        var url = LlmProviderOptions.OpenAiUrl;
        if (!string.IsNullOrWhiteSpace(provider.BaseUrl)
            && (!Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out url!) || url.Scheme is not ("http" or "https")))
        {
            problems.Add($"{key}:{nameof(provider.BaseUrl)}", "is not an absolute http or https address, so there is nothing to call. " +
                "Write it with scheme and version, such as http://localhost:11434/v1.");
        }
        else if (url.Host.EndsWith(LlmProviderOptions.OpenAiUrl.Host, StringComparison.OrdinalIgnoreCase) && string.IsNullOrWhiteSpace(provider.ApiKey))
        {
            problems.Add($"{key}:{nameof(provider.ApiKey)}", $"is missing, and {url.Host} answers nobody without one. " +
                $"Set it, best from a secret (environment variable Llm__{key.Replace(":", "__", StringComparison.Ordinal)}__ApiKey), " +
                "or set BaseUrl to a server that needs none.");
        }

        if (provider.AllModels is [])
        {
            problems.Add($"{key}:{nameof(provider.Model)}", "is missing and Models is empty, so there is no model to ask. Name at least one.");
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
