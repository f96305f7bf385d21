using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Listening;
using CloudIa.Notifier.Notifying;
using CloudIa.Notifier.Origins;
using CloudIa.Notifier.SignalR;
using CloudIa.Notifier.WebSockets;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Login;
using MassTransit;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier;

/// <summary>Notifier as a library: its own host and Local use the same.</summary>
public static class NotifierServices
{
    public static IHostApplicationBuilder AddNotifier(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddUserAuthentication();
        var services = builder.Services;
        services.AddOptions<NotifierOptions>().BindConfiguration(NotifierOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NotifierOptions>, NotifierOptionsValidator>();
        services.AddJobOptions();
        services.AddSingleton<IValidateOptions<NotifierOptions>, NotifierTimings>();
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<NotifierMetrics>();
        services.AddSingleton<JobAccess>();
        services.AddSingleton<LastEvents>();
        services.AddSingleton<JobStream>();
        services.AddSingleton<ListenerFactory>();
        services.AddSingleton<WebSocketEndpoint>();
        HubEndpoint.Add(services);

        services.AddSingleton<IStartupFilter, OriginGateFilter>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<NotifierOptions>>((cors, notifier) => cors.AddPolicy(
            OriginGateFilter.CorsPolicy,
            policy => policy.WithOrigins([.. notifier.Value.AllowedOrigins]).AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
        return builder;
    }

    /// <summary>Maps the raw WebSocket and the SignalR hub, for authenticated callers.</summary>
    public static IEndpointRouteBuilder MapNotifier(this IEndpointRouteBuilder endpoints)
    {
        WebSocketEndpoint.Map(endpoints).RequireAuthorization();
        HubEndpoint.Map(endpoints).RequireAuthorization();
        return endpoints;
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<NotifyClientConsumer, NotifyClientConsumerDefinition>();
}
