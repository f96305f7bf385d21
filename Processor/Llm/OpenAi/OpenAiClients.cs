using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Llm.Http;
using CloudIa.Processor.Llm.Keys;
using Microsoft.Extensions.AI;
using OpenAI;

namespace CloudIa.Processor.Llm.OpenAi;

/// <summary>OpenAI's SDK for one provider. It asks for the usage at the end of a stream by itself.</summary>
internal static class OpenAiClients
{
    /// <summary>What a server that needs no key is sent: the SDK cannot be without one. Where there is a key the handler puts it in its place.</summary>
    private const string NoKey = "none";

    public static Func<string, IChatClient> Create(LlmProviderOptions provider, IApiKey key, TimeProvider time)
    {
        var client = new OpenAIClient(
            new ApiKeyCredential(NoKey),
            new OpenAIClientOptions
            {
                Endpoint = string.IsNullOrWhiteSpace(provider.BaseUrl) ? LlmProviderOptions.OpenAiUrl : new Uri(provider.BaseUrl),
                Transport = new HttpClientPipelineTransport(ProviderHttp.Create(key, Authorize, time)),

                // Time and tries are the pipeline's: two that retry would multiply, and two that time would race.
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = Timeout.InfiniteTimeSpan,

                // Its messages would hold addresses and bodies.
                ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            });

        return model => client.GetChatClient(model).AsIChatClient();
    }

    private static void Authorize(HttpRequestHeaders headers, string key) => headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
}
