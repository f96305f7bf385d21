using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Notifier;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Webhooks;
using CloudIa.Store;
using CloudIa.Webhooks;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>Notifier's consumers on MassTransit's harness, over stores in memory.</summary>
internal static class NotifierConsumers
{
    /// <param name="environment">One of <see cref="Environments"/>.</param>
    /// <param name="settings">Configuration keys and values.</param>
    public static IServiceCollection AddNotifierConsumers(this IServiceCollection services, FakeEventLog log, FakeJobStore jobs, IChatStore chats,
        FakeConnectionRegistry registry, FakeWebhooks webhooks, NotifierOptions options, TimeProvider time, string environment,
        params IEnumerable<KeyValuePair<string, string?>> settings) => services
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = environment })
            .AddSingleton(time)
            .AddSingleton<IEventLog>(log)
            .AddSingleton<IJobStore>(jobs)
            .AddSingleton(chats)
            .AddSingleton<IConnectionRegistry>(registry)
            .AddSingleton<IWebhookStore>(webhooks)
            .AddSingleton<IDeliveryStore>(webhooks)
            .AddSingleton<IWebhookMarks>(webhooks)
            .AddSingleton(Options.Create(options))
            .AddMetrics()
            .AddSingleton<NotifierMetrics>()
            .AddSingleton<LastEvents>()
            .AddWebhooks()
            .AddSingleton<UserWebhooks>()
            .AddSingleton<WebhookDispatch>()
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.SetKebabCaseEndpointNameFormatter();

                // Longer than a redelivery takes; who waits for what comes sooner does not feel it.
                bus.SetTestTimeouts(testInactivityTimeout: TimeSpan.FromSeconds(20));
                NotifierServices.AddConsumers(bus);
            });
}
