namespace CloudIa.Processor.Llm.Configuration;

/// <summary>One provider of models. Section <c>Llm:Providers:&lt;n&gt;</c>.</summary>
public sealed class LlmProviderOptions
{
    /// <summary>OpenAI's own address, where <see cref="BaseUrl"/> says no other.</summary>
    public static readonly Uri OpenAiUrl = new("https://api.openai.com/v1");

    /// <summary>What it is called in logs, metrics and errors; unique. Default: its <see cref="Type"/>.</summary>
    public string? Name { get; set; }

    /// <summary>One of <see cref="LlmProviderTypes"/>. Default <c>echo</c>.</summary>
    public string Type { get; set; } = LlmProviderTypes.Echo;

    /// <summary><c>openai</c>: the address up to and including the version (<c>https://host/v1</c>). Default: OpenAI's own.</summary>
    public string? BaseUrl { get; set; }

    /// <summary><c>openai</c>: the bearer token. Needed for OpenAI itself; a server that asks for none gets the word <c>none</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The model that is asked where a message names none. Default: the first of <see cref="Models"/>; <c>echo</c> for the type <c>echo</c>.</summary>
    public string? Model { get; set; }

    /// <summary>The models that a message may name, besides <see cref="Model"/>.</summary>
    public List<string> Models { get; set; } = [];

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

    /// <summary>The default first, each once.</summary>
    internal IReadOnlyList<string> AllModels
    {
        get
        {
            string?[] named = [Model, .. Models];
            var models = named.OfType<string>().Where(model => !string.IsNullOrWhiteSpace(model)).Distinct(StringComparer.Ordinal).ToList();
            return models is [] && Type == LlmProviderTypes.Echo ? [LlmProviderTypes.Echo] : models;
        }
    }
}
