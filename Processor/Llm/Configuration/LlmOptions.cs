namespace CloudIa.Processor.Llm.Configuration;

/// <summary>Which models there are, and what they are asked. Section <c>Llm</c>.</summary>
public sealed class LlmOptions
{
    public const string Section = "Llm";

    /// <summary>
    /// In the order in which they are tried: several may have the same model, and the next takes over when one cannot answer. The first one's default
    /// model is the default. Default: one <c>echo</c>.
    /// </summary>
    public List<LlmProviderOptions> Providers { get; set; } = [];

    /// <summary>Where keys are read that providers name by <c>ApiKeyParameter</c>.</summary>
    public ParameterStoreOptions ParameterStore { get; set; } = new();

    /// <summary>Said to the model before everything else. Default none.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>Said instead of <see cref="SystemPrompt"/> to the model that a message asks for by this name: <c>SystemPrompts:fast</c>.</summary>
    public Dictionary<string, string> SystemPrompts { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How many tokens of the chat's earlier messages a model is shown at most, whatever its window holds. Default 32768; 0 to 2000000.</summary>
    /// <remarks>What bounds the cost of a turn of a long chat. Counts for models whose window is known.</remarks>
    public int ContextTokens { get; set; } = 32 * 1024;

    /// <summary>For how long the last messages of a chat are kept in Redis. Default 30 min; 0 (not at all) to 1 day.</summary>
    public TimeSpan ContextTimeToLive { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How many earlier messages of the chat the model is shown at most. Default 20; 0 to 1000.</summary>
    public int ContextMessages { get; set; } = 20;

    /// <summary>How long an answer may be, in bytes of UTF-8; a longer one is cut, with the finish reason <c>length</c>. Default 262144; 1024 to 300000.</summary>
    /// <remarks>A DynamoDB item, with all else that is in it, holds 400 KB.</remarks>
    public int MaxAnswerBytes { get; set; } = 256 * 1024;
}
