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

    /// <summary>How many earlier messages of the chat the model is shown. Default 20; 0 to 1000.</summary>
    public int ContextMessages { get; set; } = 20;

    /// <summary>How long an answer may be, in bytes of UTF-8; a longer one is cut, with the finish reason <c>length</c>. Default 262144; 1024 to 300000.</summary>
    /// <remarks>A DynamoDB item, with all else that is in it, holds 400 KB.</remarks>
    public int MaxAnswerBytes { get; set; } = 256 * 1024;
}
