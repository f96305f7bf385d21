using System.Net.Mime;
using CloudIa.Limits;
using CloudIa.Listening;
using CloudIa.Notifier.ApiGateway;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Documents;
using CloudIa.Notifier.Listening;
using CloudIa.Notifier.Notifying;
using CloudIa.Notifier.Origins;
using CloudIa.Notifier.SignalR;
using CloudIa.Notifier.Webhooks;
using CloudIa.Notifier.WebSockets;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Browsers;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Problems;
using CloudIa.Webhooks;
using MassTransit;
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
        services.AddSettings<NotifierOptions>(NotifierOptions.Section);
        services.AddJobOptions();
        services.AddLimitOptions();
        services.AddSingleton<IValidateOptions<NotifierOptions>, NotifierTimings>();
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<NotifierMetrics>();
        services.AddListening();
        services.AddWebhooks();
        services.AddSingleton<UserWebhooks>();
        services.AddSingleton<WebhookDispatch>();
        services.AddSingleton<ConnectionLeases>();
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionLeases>());
        services.AddSingleton<LoginEnds>();
        services.AddHostedService(provider => provider.GetRequiredService<LoginEnds>());
        services.AddSingleton<ListenerFactory>();
        services.AddSingleton<UnexpectedErrors>();
        services.AddSingleton<WebSocketEndpoint>();
        HubEndpoint.Add(services);
        GatewayServices.Add(builder);

        services.AddBrowsers();
        services.AddSingleton<IStartupFilter, ListeningFilter>();
        return builder;
    }

    /// <summary>Maps what API Gateway calls, and what describes all wires. The raw WebSocket and the SignalR hub need no mapping: they are ahead of routing.</summary>
    public static IEndpointRouteBuilder MapNotifier(this IEndpointRouteBuilder endpoints)
    {
        GatewayServices.Map(endpoints);
        endpoints.MapGet(NotifierPaths.AsyncApi, () => TypedResults.Text(AsyncApiDocument.Text, MediaTypeNames.Application.Json)).AllowAnonymous().ExcludeFromDescription();
        return endpoints;
    }

    /// <summary>Adds the consumers of <c>notify-client</c> and <c>deliver-webhook</c>.</summary>
    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<NotifyClientConsumer, NotifyClientConsumerDefinition>();
        bus.AddConsumer<DeliverWebhookConsumer, DeliverWebhookConsumerDefinition>();
    }
}
