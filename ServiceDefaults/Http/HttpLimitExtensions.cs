using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Http;

internal static class HttpLimitExtensions
{
    /// <summary>How long a body or an answer may begin slowly.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Has Kestrel hold to <see cref="HttpLimitOptions"/>.</summary>
    public static void AddHttpLimits(this IServiceCollection services)
    {
        services.AddSettings<HttpLimitOptions>(HttpLimitOptions.Section);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpLimitOptions>>((kestrel, http) => Apply(kestrel.Limits, http.Value));
    }

    private static void Apply(KestrelServerLimits limits, HttpLimitOptions options)
    {
        limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
        limits.MaxRequestHeaderCount = options.MaxHeaders;
        limits.MaxRequestLineSize = options.MaxRequestLineBytes;
        limits.MaxRequestBufferSize = Math.Max(limits.MaxRequestBufferSize ?? 0, Math.Max(options.MaxRequestLineBytes, options.MaxHeaderBytes));
        limits.MaxRequestBodySize = options.MaxBodyBytes;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        limits.RequestHeadersTimeout = options.RequestHeadersTimeout;
        limits.MinRequestBodyDataRate = limits.MinResponseDataRate = options.MinBytesPerSecond == 0 ? null : new MinDataRate(options.MinBytesPerSecond, Grace);
        limits.MaxConcurrentConnections = options.MaxConnections == 0 ? null : options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = options.MaxUpgradedConnections == 0 ? null : options.MaxUpgradedConnections;
    }
}
