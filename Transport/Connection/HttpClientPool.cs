using Amazon.Runtime;

namespace CloudIa.Transport.Connection;

/// <summary>
/// One connection pool for one kind of call. Long polls hold a connection for up to 20 s each: in the same pool as sends
/// they would starve them.
/// </summary>
internal sealed class HttpClientPool : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    public HttpClientPool(TimeSpan timeout, TimeSpan connectTimeout)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout,
            // A moved endpoint is found again within this.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
            AllowAutoRedirect = false,
            // MassTransit's spans tell of messages; one for each poll would tell of nothing.
            ActivityHeadersPropagator = null,
        };
        _client = new HttpClient(handler) { Timeout = timeout };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();
}
