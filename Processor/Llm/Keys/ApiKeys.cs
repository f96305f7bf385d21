using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Llm.Keys;

/// <summary>Where each provider's key comes from.</summary>
internal sealed class ApiKeys(IOptions<LlmOptions> options, IParameterStore parameters, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>A file costs nothing to read; orchestrators replace it without a word.</summary>
    private static readonly TimeSpan FileAge = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(5);

    public IApiKey Of(LlmProviderOptions provider)
    {
        if (!string.IsNullOrWhiteSpace(provider.ApiKeyFile))
        {
            return Reloaded(provider, provider.ApiKeyFile, async token => await File.ReadAllTextAsync(provider.ApiKeyFile, token), FileAge, TimeSpan.Zero);
        }

        if (!string.IsNullOrWhiteSpace(provider.ApiKeyParameter))
        {
            return Reloaded(provider, provider.ApiKeyParameter, token => parameters.GetAsync(provider.ApiKeyParameter, token), options.Value.ParameterStore.RefreshInterval, AtLeast);
        }

        return new FixedKey(provider.ApiKey);
    }

    private ReloadedKey Reloaded(LlmProviderOptions provider, string source, Func<CancellationToken, Task<string?>> read, TimeSpan every, TimeSpan atLeast) =>
        new(provider.DisplayName, source, read, every, atLeast, time, loggers.CreateLogger<ReloadedKey>());
}
