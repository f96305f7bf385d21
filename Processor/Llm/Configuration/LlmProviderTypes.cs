namespace CloudIa.Processor.Llm.Configuration;

/// <summary>The values of <see cref="LlmProviderOptions.Type"/>.</summary>
public static class LlmProviderTypes
{
    /// <summary>Built in; see <see cref="Echo.EchoChatClient"/>.</summary>
    public const string Echo = "echo";

    /// <summary>Anything with OpenAI's chat completions.</summary>
    public const string OpenAi = "openai";

    /// <summary>Anthropic's messages.</summary>
    public const string Anthropic = "anthropic";
}
