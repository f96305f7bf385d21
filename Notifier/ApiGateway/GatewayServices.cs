using CloudIa.EventLog;
using CloudIa.Notifier.ApiGateway.Leases;
using CloudIa.Notifier.ApiGateway.Management;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Notifying;
using CloudIa.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>The wire of API Gateway, where it is configured.</summary>
internal static class GatewayServices
{
    public static void Add(IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[$"{ApiGatewayOptions.Section}:{nameof(ApiGatewayOptions.Endpoint)}"]))
        {
            return;
        }

        var services = builder.Services;
        services.AddSettings<ApiGatewayOptions>(ApiGatewayOptions.Section);
        services.AddOptions<EventLogOptions>();
        services.AddSingleton(provider => ConnectionsClient.Create(
            provider.GetRequiredService<IOptions<ApiGatewayOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<GatewayRefusals>();
        services.AddSingleton<GatewayLeases>();
        services.AddSingleton<EndedJobs>();
        services.AddSingleton<IJobEnds>(provider => provider.GetRequiredService<EndedJobs>());
        services.AddSingleton<NodeChannel>();
        services.AddSingleton<GatewayNode>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayNode>());
    }

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(GatewayNode)))
        {
            GatewayEndpoints.Map(endpoints);
        }
    }
}
