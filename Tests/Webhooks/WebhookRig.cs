using CloudIa.Store;
using CloudIa.Webhooks;
using CloudIa.Webhooks.Signing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace CloudIa.Tests.Webhooks;

/// <summary>What every service that calls webhooks has, in an environment.</summary>
internal static class WebhookRig
{
    public static ServiceProvider Services(string environment, params (string Setting, string Value)[] settings) => Services(TimeProvider.System, environment, settings);

    public static ServiceProvider Services(TimeProvider time, string environment, params (string Setting, string Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(x => KeyValuePair.Create($"Webhooks:{x.Setting}", (string?)x.Value)))
            .Build())
        .AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = environment })
        .AddSingleton(time)
        .AddWebhooks()
        .BuildServiceProvider(validateScopes: true);

    public static WebhookRecord Webhook(Uri url, string userId = "ana") => new()
    {
        WebhookId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
        UserId = userId,
        Url = url.AbsoluteUri,
        Secret = WebhookSecrets.Create(),
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
