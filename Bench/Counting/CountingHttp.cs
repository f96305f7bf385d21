using System.Collections.Concurrent;
using Amazon.Runtime;

namespace CloudIa.Bench.Counting;

/// <summary>
/// The SDK's way out, which counts each request that leaves, retries too. Each client has a connection pool of its own, as in the
/// transport itself: its polls and its sends are two clients.
/// </summary>
internal sealed class CountingHttp(Tally tally) : HttpClientFactory
{
    private readonly ConcurrentDictionary<IClientConfig, HttpClient> _clients = new(ReferenceEqualityComparer.Instance);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _clients.GetOrAdd(clientConfig, _ =>
        new HttpClient(new CountingHandler(tally)
        {
            InnerHandler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null },
        }));

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
