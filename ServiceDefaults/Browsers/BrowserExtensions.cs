using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CloudIa.ServiceDefaults.Browsers;

/// <summary>What browsers are told with every answer.</summary>
public static class BrowserExtensions
{
    internal const string CorsPolicy = "CloudIa";

    private static readonly TimeSpan PreflightKept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan HttpsKept = TimeSpan.FromDays(365);

    /// <summary>What a page of another origin may read of an answer, besides its body.</summary>
    private static readonly string[] Exposed =
    [
        HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate, "Preference-Applied", "RateLimit", "RateLimit-Policy", "x-should-retry",
    ];

    /// <summary>Adds CORS for <see cref="OriginOptions.AllowedOrigins"/>, and the security headers. May be called by several services of one process.</summary>
    public static IServiceCollection AddBrowsers(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(x => x.ImplementationType == typeof(BrowserFilter)))
            return services;

        services.AddSettings<OriginOptions>(OriginOptions.Section);
        services.AddCors();

        // With credentials, since SignalR's client asks with them. There are no cookies here that they would send.
        services.AddOptions<CorsOptions>().Configure<IOptions<OriginOptions>>((cors, origins) => cors.AddPolicy(CorsPolicy, policy => policy
            .SetIsOriginAllowed(origins.Value.Allows)
            .AllowAnyHeader()
            .AllowAnyMethod()
            .AllowCredentials()
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(PreflightKept)));
        services.Configure<HstsOptions>(hsts => hsts.MaxAge = HttpsKept);
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddSingleton<IStartupFilter, BrowserFilter>();
        return services;
    }
}
