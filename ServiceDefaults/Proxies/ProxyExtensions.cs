using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Proxies;

internal static partial class ProxyExtensions
{
    /// <summary>Takes a client's address, scheme and host from the proxies that are known, and from nobody else. Call it before what looks at them.</summary>
    public static void AddProxies(this IServiceCollection services)
    {
        services.AddSettings<ProxyOptions>(ProxyOptions.Section);
        services.AddSingleton<IStartupFilter, ProxyFilter>();
    }

    /// <summary>Ahead of all else. Without a known proxy there is nothing to take.</summary>
    private sealed partial class ProxyFilter(IOptions<ProxyOptions> options, IConfiguration configuration, ILogger<ProxyFilter> logger) : IStartupFilter
    {
        private const string TrustOfAll = "FORWARDEDHEADERS_ENABLED";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            if (string.Equals(configuration[TrustOfAll], "true", StringComparison.OrdinalIgnoreCase))
                Log.TrustsAll(logger);
            if (options.Value.Known.Count > 0)
                app.UseForwardedHeaders(Of(options.Value));
            next(app);
        };

        private static ForwardedHeadersOptions Of(ProxyOptions proxies)
        {
            var headers = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
                ForwardLimit = proxies.Limit,
            };
            // Loopback is in both by default: every program of the same machine would be believed.
            headers.KnownProxies.Clear();
            headers.KnownIPNetworks.Clear();
            foreach (var known in proxies.Known)
            {
                if (IPAddress.TryParse(known, out var address))
                    headers.KnownProxies.Add(address);
                else
                    headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(known));
            }

            return headers;
        }

        private static partial class Log
        {
            [LoggerMessage(1101, LogLevel.Warning,
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED is true: whoever can reach this service is believed what X-Forwarded-* say. Take it away, and name the proxies in Proxies:Known.")]
            public static partial void TrustsAll(ILogger logger);
        }
    }
}
