using CloudIa.ServiceDefaults;
using CloudIa.Webhooks.Sending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudIa.Webhooks;

/// <summary>What calls webhooks.</summary>
public static class WebhookServices
{
    /// <summary>Adds the section <c>Webhooks</c> and the sender. May be called by several services of one process.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        if (services.Any(x => x.ServiceType == typeof(WebhookSender)))
            return services;

        services.AddSettings<WebhookOptions>(WebhookOptions.Section);
        services.AddSingleton<IPostConfigureOptions<WebhookOptions>, WebhookEnvironment>();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookEnvironment>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<WebhookUrls>();
        services.AddSingleton<AddressGuard>();
        services.AddSingleton<RetryTimes>();
        services.AddSingleton<WebhookSender>();

        // A URL may hold a secret of its user's, so the client's own log, which has it, is taken away.
        services.AddHttpClient(WebhookSender.Client, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<AddressGuard>().CreateHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        return services;
    }
}
