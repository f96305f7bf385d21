using CloudIa.EventLog;
using CloudIa.ServiceDefaults.Browsers;
using CloudIa.ServiceDefaults.Health;
using CloudIa.ServiceDefaults.Http;
using CloudIa.ServiceDefaults.Logging;
using CloudIa.ServiceDefaults.Problems;
using CloudIa.ServiceDefaults.Proxies;
using CloudIa.ServiceDefaults.Redis;
using CloudIa.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudIa.ServiceDefaults;

/// <summary>What every service shares: configuration, logs, the stores, health.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Environment variables with this prefix are configuration: <c>CLOUDIA_Redis__ConnectionString</c>.</summary>
    public const string EnvironmentPrefix = "CLOUDIA_";

    private const string ReadyTag = "ready";

    /// <param name="builder">The host.</param>
    /// <param name="serviceName">The service's name in logs.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Environment.ApplicationName = $"cloudia-{serviceName}";
        builder.Configuration.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddLogs();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("traceId", context.HttpContext.TraceId()));
        builder.Services.AddRequestLog();
        builder.Services.AddProxies();
        builder.Services.AddHttpLimits();
        builder.Services.AddBrowsers();
        builder.AddRedis();
        builder.Services.AddStore();
        builder.Services.AddEventLog();
        builder.Services.AddHealthChecks()
            .AddCheck<RedisHealthCheck>("redis", tags: [ReadyTag])
            .AddCheck<StoreHealthCheck>("store", tags: [ReadyTag]);
        return builder;
    }

    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: so do Redis, DynamoDB and the bus. And around all that is mapped: what nobody handles is
    /// an <see cref="InternalError"/>, unless the service itself knows better.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseExceptionHandler(failed => failed.Run(InternalError.AnswerAsync));
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = HealthReportWriter.WriteAsync }).ExcludeFromDescription();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag), ResponseWriter = HealthReportWriter.WriteAsync })
            .ExcludeFromDescription();
        return app;
    }

    /// <summary>The W3C trace id of a request, or ASP.NET's own id where nothing is traced.</summary>
    public static string TraceId(this HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() ?? context.TraceIdentifier;

    private static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }
        else
        {
            builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        }

        builder.Services.AddLostRacesAsDebug();

        // Framework logs name every request and every poll; ours name what happened. As the first source, so that configuration can say otherwise.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting"] = "Warning",
                ["Logging:LogLevel:System.Net.Http"] = "Warning",
                // Whoever asks /health/ready gets the report; while a host starts, "not yet" is what is expected.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",
                ["Logging:LogLevel:MassTransit"] = "Warning",
            },
        });
    }
}
