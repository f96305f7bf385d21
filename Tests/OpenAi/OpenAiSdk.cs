using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;

namespace CloudIa.Tests.OpenAi;

/// <summary>OpenAI's own SDK for .NET, unchanged.</summary>
internal static class OpenAiSdk
{
    /// <summary>It makes no second try, which would hide what the first one met.</summary>
    /// <param name="api">The address of Api.</param>
    /// <param name="key">Sent with each request as its <c>Idempotency-Key</c>; null: none is.</param>
    public static OpenAIClient Of(Uri api, string user, string? key = null)
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Dev-User", user);
        if (key is not null)
            http.DefaultRequestHeaders.Add("Idempotency-Key", key);
        return new OpenAIClient(new ApiKeyCredential("a-key"), new OpenAIClientOptions
        {
            Endpoint = new Uri(api, "/v1"),
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });
    }
}
