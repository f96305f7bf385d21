using System.Net.Http.Headers;
using CloudIa.Processor.Llm.Keys;

namespace CloudIa.Processor.Llm.Http;

/// <summary>The HTTP client of one provider, for the life of the process.</summary>
internal static class ProviderHttp
{
    /// <summary>A connection does not outlive a change of the provider's addresses by much.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static HttpClient Create(IApiKey key, Action<HttpRequestHeaders, string> authorize, TimeProvider time)
    {
#pragma warning disable CA2000 // The client disposes its handlers.
        var handler = new ProviderHandler(key, authorize, time)
        {
            InnerHandler = new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLifetime, ConnectTimeout = ConnectTimeout },
        };
#pragma warning restore CA2000

        // Time is the pipeline's.
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
