using Amazon.Runtime;

namespace CloudIa.Transport.Connection;

/// <summary>
/// One connection pool for one kind of call. Long polls hold a connection for up to 20 s each: in the same pool as sends
/// they would starve them.
/// </summary>
internal sealed class HttpClientPool : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    /// <param name="config">Its timeouts, proxy and number of connections; what it leaves open is .NET's default.</param>
    public HttpClientPool(IClientConfig config)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = config.ConnectTimeout ?? Timeout.InfiniteTimeSpan,
            // A moved endpoint is found again within this.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
            AllowAutoRedirect = false,
            // MassTransit's spans tell of messages; one for each poll would tell of nothing.
            ActivityHeadersPropagator = null,
        };
        if (config.GetWebProxy() is { } proxy)
            handler.Proxy = proxy;
        if (config.MaxConnectionsPerServer is { } connections)
            handler.MaxConnectionsPerServer = connections;
        _client = new HttpClient(new SendWatchHandler(handler)) { Timeout = config.Timeout ?? Timeout.InfiniteTimeSpan };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();
}
