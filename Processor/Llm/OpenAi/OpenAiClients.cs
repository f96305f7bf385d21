using System.ClientModel;
using System.ClientModel.Primitives;
using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.AI;
using OpenAI;

namespace CloudIa.Processor.Llm.OpenAi;

/// <summary>OpenAI's SDK for one provider. It asks for the usage at the end of a stream by itself.</summary>
internal static class OpenAiClients
{
    /// <summary>What a server that needs no key is sent: the SDK cannot be without one.</summary>
    private const string NoKey = "none";

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static Func<string, IChatClient> Create(LlmProviderOptions provider)
    {
        // One for the life of the process. A connection does not outlive a change of the provider's addresses by much.
#pragma warning disable CA2000 // The client disposes the handler, and lives as long as the process.
        var http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectTimeout = ConnectTimeout,
        })
#pragma warning restore CA2000
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

        var client = new OpenAIClient(
            new ApiKeyCredential(string.IsNullOrWhiteSpace(provider.ApiKey) ? NoKey : provider.ApiKey),
            new OpenAIClientOptions
            {
                Endpoint = string.IsNullOrWhiteSpace(provider.BaseUrl) ? LlmProviderOptions.OpenAiUrl : new Uri(provider.BaseUrl),
                Transport = new HttpClientPipelineTransport(http),

                // Time and tries are the pipeline's: two that retry would multiply, and two that time would race.
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = Timeout.InfiniteTimeSpan,

                // Its messages would hold addresses and bodies.
                ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            });

        return model => client.GetChatClient(model).AsIChatClient();
    }
}
