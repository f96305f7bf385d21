using CloudIa.Processor.Llm.Configuration;

namespace CloudIa.Processor.Context;

/// <summary>How much a model of a provider can be told.</summary>
/// <param name="Tokens">Of request and answer together.</param>
/// <param name="Reserve">What is kept free for an answer where the request does not say how long it may be.</param>
/// <param name="Factor">What a count is multiplied by: more than 1 where the model's own encoding is not known.</param>
/// <param name="IsGuessed">Nobody has said how large it is: it does for leaving history out, and not for refusing.</param>
internal sealed record TokenWindow(int Tokens, int Reserve, TokenCounter Counter, double Factor, bool IsGuessed = false)
{
    /// <summary>For the role and the marks around each message.</summary>
    public const int MessageOverhead = 4;

    /// <summary>For the beginning of the answer.</summary>
    public const int AnswerOverhead = 3;

    /// <param name="model">As the provider knows it.</param>
    public static TokenWindow? Of(LlmProviderOptions provider, string model)
    {
        if (provider.WindowOf(model) is not (> 0 and var tokens))
        {
            return null;
        }

        var known = provider.Encoding ?? (provider.Type == LlmProviderTypes.OpenAi ? TokenCounter.EncodingOf(model) : null);
        return new(tokens, provider.MaxOutputTokens, TokenCounter.Of(known ?? TokenCounter.O200k), provider.TokenFactor ?? (known is null ? LlmProviderOptions.GuessedFactor : 1),
            provider.ContextWindow is null && !provider.ContextWindows.ContainsKey(model));
    }
}
