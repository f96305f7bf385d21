using System.Net.Http.Headers;
using Anthropic;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Llm.Http;
using CloudIa.Processor.Llm.Keys;
using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Anthropic;

/// <summary>Anthropic's SDK for one provider.</summary>
internal static class AnthropicClients
{
    private const string KeyHeader = "x-api-key";

    /// <summary>The SDK looks for keys in the environment and in files of its own where it is given none; the handler puts the real one in its place.</summary>
    private const string Placeholder = "none";

    public static Func<string, IChatClient> Create(LlmProviderOptions provider, IApiKey key, TimeProvider time)
    {
        var client = new AnthropicClient
        {
            HttpClient = ProviderHttp.Create(key, Authorize, time),
            BaseUrl = string.IsNullOrWhiteSpace(provider.BaseUrl) ? LlmProviderOptions.AnthropicUrl.ToString() : provider.BaseUrl,
            ApiKey = Placeholder,
            AuthToken = null,

            // Time and tries are the pipeline's: two that retry would multiply, and two that time would race.
            MaxRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
        };

        return model => new AnthropicConversation(client.AsIChatClient(model, provider.MaxOutputTokens));
    }

    private static void Authorize(HttpRequestHeaders headers, string key)
    {
        headers.Remove(KeyHeader);
        headers.Add(KeyHeader, key);
    }
}
