using CloudIa.Processor.Configuration;

namespace CloudIa.Processor.Llm.Configuration;

/// <summary>What the options of a provider that is called over HTTP must keep to.</summary>
internal static class VendorRules
{
    /// <param name="own">The vendor's own address.</param>
    public static void Check(Problems problems, string key, LlmProviderOptions provider, Uri own)
    {
        // The values of BaseUrl and ApiKey are never said: either can hold a secret.
        var url = own;
        if (!string.IsNullOrWhiteSpace(provider.BaseUrl)
            && (!Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out url!) || url.Scheme is not ("http" or "https")))
        {
            problems.Add($"{key}:{nameof(provider.BaseUrl)}", "is not an absolute http or https address, so there is nothing to call. " +
                "Write it with its scheme, such as http://localhost:11434/v1.");
        }
        else if (url.Host.EndsWith(own.Host, StringComparison.OrdinalIgnoreCase) && Sources(provider) is [])
        {
            problems.Add($"{key}:{nameof(provider.ApiKey)}", $"is missing, and {url.Host} answers nobody without one. " +
                $"Set it, best from a secret (environment variable Llm__{key.Replace(":", "__", StringComparison.Ordinal)}__ApiKey, or ApiKeyFile, or ApiKeyParameter), " +
                "or set BaseUrl to a server that needs none.");
        }

        if (Sources(provider) is { Count: > 1 } sources)
        {
            problems.Add($"{key}:{sources[0]}", $"is set, and so is {string.Join(" and ", sources.Skip(1))}: nobody could say which key counts. Keep one of them.");
        }

        if (!string.IsNullOrWhiteSpace(provider.ApiKeyFile) && !File.Exists(provider.ApiKeyFile))
        {
            problems.Add($"{key}:{nameof(provider.ApiKeyFile)}", $"is '{provider.ApiKeyFile}', and there is no such file, so there would be no key. Mount the secret there, or name the file that it is in.");
        }

        if (provider.AllModels is [])
        {
            problems.Add($"{key}:{nameof(provider.Model)}", "is missing and Models is empty, so there is no model to ask. Name at least one.");
        }
    }

    private static List<string> Sources(LlmProviderOptions provider) =>
    [
        .. new[]
        {
            (nameof(provider.ApiKey), provider.ApiKey),
            (nameof(provider.ApiKeyFile), provider.ApiKeyFile),
            (nameof(provider.ApiKeyParameter), provider.ApiKeyParameter),
        }.Where(x => !string.IsNullOrWhiteSpace(x.Item2)).Select(x => x.Item1),
    ];
}
