namespace CloudIa.Processor.Llm.Configuration;

/// <summary>One provider of models. Section <c>Llm:Providers:&lt;n&gt;</c>.</summary>
public sealed class LlmProviderOptions
{
    /// <summary>OpenAI's own address, where <see cref="BaseUrl"/> says no other.</summary>
    public static readonly Uri OpenAiUrl = new("https://api.openai.com/v1");

    /// <summary>Anthropic's own address, where <see cref="BaseUrl"/> says no other.</summary>
    public static readonly Uri AnthropicUrl = new("https://api.anthropic.com");

    /// <summary>Encodings that are not ours to count with (Claude, Llama, Mistral) come to up to a third more tokens for the same text.</summary>
    public const double GuessedFactor = 1.35;

    /// <summary>What it is called in logs, metrics and errors; unique. Default: its <see cref="Type"/>.</summary>
    public string? Name { get; set; }

    /// <summary>One of <see cref="LlmProviderTypes"/>. Default <c>echo</c>.</summary>
    public string Type { get; set; } = LlmProviderTypes.Echo;

    /// <summary><c>openai</c>: the address up to and including the version (<c>https://host/v1</c>). <c>anthropic</c>: without it. Default: the vendor's own.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>
    /// <c>openai</c>, <c>anthropic</c>: the key. One of this, <see cref="ApiKeyFile"/> and <see cref="ApiKeyParameter"/>. Needed for the vendors themselves; a
    /// server that asks for none gets the word <c>none</c>.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>A file with the key and nothing else, as Kubernetes and Docker mount secrets. A new key counts within five seconds.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>The name of a parameter of AWS Parameter Store that holds the key. See <see cref="ParameterStoreOptions"/>.</summary>
    public string? ApiKeyParameter { get; set; }

    /// <summary>The model that is asked where a message names none. Default: the first of <see cref="Models"/>; <c>echo</c> for the type <c>echo</c>.</summary>
    public string? Model { get; set; }

    /// <summary>The models that a message may name, besides <see cref="Model"/>.</summary>
    public List<string> Models { get; set; } = [];

    /// <summary>More names that a message may name, each with the model that this provider is asked for instead: <c>Aliases:fast</c> = <c>gpt-4o-mini</c>.</summary>
    /// <remarks>So one name can be served by several providers, each with a model of its own. A name with a colon cannot be a key of the configuration.</remarks>
    public Dictionary<string, string> Aliases { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Tokens that its models hold, of request and answer together; 0: not known, and nothing is cut. Default 128000, <c>anthropic</c> 200000, <c>echo</c> 0; 0 to 100000000.</summary>
    public int? ContextWindow { get; set; }

    /// <summary>… of one model, by the name by which this provider knows it: <c>ContextWindows:gpt-4</c> = 8192.</summary>
    public Dictionary<string, int> ContextWindows { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How its tokens are counted: <c>o200k_base</c> or <c>cl100k_base</c>. Default: by the model's name where it is one of OpenAI's, else <c>o200k_base</c>.</summary>
    public string? Encoding { get; set; }

    /// <summary>What a count is multiplied by. Default 1 where the encoding is known or given, else <see cref="GuessedFactor"/>; 0.1 to 10.</summary>
    public double? TokenFactor { get; set; }

    /// <summary>
    /// How many tokens of the window are kept free for the answer, where the request does not say; <c>anthropic</c>: also, how many it may have. Default 4096; 1 to 1000000.
    /// </summary>
    public int MaxOutputTokens { get; set; } = 4096;

    /// <summary>How many answers it writes at once for each process, from the call to the last token; what is over goes to the next provider, or waits. Default 100; 1 to 10000.</summary>
    public int MaxConcurrentCalls { get; set; } = 100;

    /// <summary>How long a call waits for a place before it goes to the next provider. Default 1 s; 0 to 1 min.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>echo</c>: the pause before each word. Default 30 ms; 0 to 10 s.</summary>
    public TimeSpan WordDelay { get; set; } = TimeSpan.FromMilliseconds(30);

    /// <summary>How long it may take from the call to the first token, all retries and their pauses included. Default 90 s; 10 ms to 10 min.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long one try may take to its first token. Default 30 s; 10 ms to 10 min, and not longer than <see cref="TotalTimeout"/>.</summary>
    public TimeSpan FirstTokenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the pause between two tokens may be. Default 30 s; 10 ms to 10 min. There is no limit on the whole answer's time.</summary>
    public TimeSpan BetweenTokensTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the call is tried again before its first token. Default 2; 0 to 10.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>The first pause between tries; it doubles, with jitter. A <c>Retry-After</c> of the provider's is followed instead. Default 500 ms; 1 ms to 1 min.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between tries. A provider that asks for a longer one is left to redelivery. Default 15 s; 1 ms to 10 min, and not shorter than <see cref="RetryDelay"/>.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The circuit opens when this part of the tries in <see cref="BreakerWindow"/> failed. Default 0.5; 0.01 to 1.</summary>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>… but only if there were this many tries. Default 10; 2 to 10000.</summary>
    public int BreakerMinimumTries { get; set; } = 10;

    /// <summary>Default 30 s; 500 ms to 1 h.</summary>
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long an open circuit lets nothing through; then it tries one call. Default 15 s; 500 ms to 1 h.</summary>
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(15);

    internal string DisplayName => string.IsNullOrWhiteSpace(Name) ? Type : Name;

    /// <summary>By which name this provider knows a model.</summary>
    internal string TheirName(string model) => Aliases.GetValueOrDefault(model, model);

    /// <summary>0: not known.</summary>
    /// <param name="model">As this provider knows it.</param>
    internal int WindowOf(string model) => ContextWindows.TryGetValue(model, out var window) ? window : ContextWindow ?? Type switch
    {
        LlmProviderTypes.OpenAi => 128_000,
        LlmProviderTypes.Anthropic => 200_000,
        _ => 0,
    };

    /// <summary>The default first, each once.</summary>
    internal IReadOnlyList<string> AllModels
    {
        get
        {
            string?[] named = [Model, .. Models, .. Aliases.Keys];
            var models = named.OfType<string>().Where(model => !string.IsNullOrWhiteSpace(model)).Distinct(StringComparer.Ordinal).ToList();
            return models is [] && Type == LlmProviderTypes.Echo ? [LlmProviderTypes.Echo] : models;
        }
    }
}
