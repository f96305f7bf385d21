using Amazon.SimpleNotificationService;
using Amazon.SQS;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Messaging;

/// <summary>The bus that every service shares: SQS and SNS, queue names in kebab case.</summary>
public static class BusExtensions
{
    /// <param name="builder">The host.</param>
    /// <param name="configure">Adds the service's consumers and sagas, with their definitions.</param>
    public static IHostApplicationBuilder AddBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        builder.Services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.Configure<MassTransitHostOptions>(options =>
        {
            // Health says when the bus is there; HTTP answers (with 502 where it must) in the meantime.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(45);
        });
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            configure(bus);
            bus.AddConfigureEndpointsCallback((context, _, endpoint) =>
            {
                if (endpoint is IAmazonSqsReceiveEndpointConfigurator sqs)
                    sqs.WaitTimeSeconds = (ushort)context.GetRequiredService<IOptions<MessagingOptions>>().Value.WaitTimeSeconds;
            });
            bus.UsingAmazonSqs((context, sqs) =>
            {
                var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;
                sqs.Host(options.Region, host => ConfigureHost(host, options));
                sqs.ConfigureEndpoints(context);
            });
        });
        return builder;
    }

    private static void ConfigureHost(IAmazonSqsHostConfigurator host, MessagingOptions options)
    {
        if (!string.IsNullOrEmpty(options.AccessKey))
        {
            host.AccessKey(options.AccessKey);
            host.SecretKey(options.SecretKey!);
        }

        var timeout = TimeSpan.FromSeconds(options.RequestTimeoutSeconds);
        var sqs = new AmazonSQSConfig { Timeout = timeout, MaxErrorRetry = options.MaxErrorRetry };
        var sns = new AmazonSimpleNotificationServiceConfig { Timeout = timeout, MaxErrorRetry = options.MaxErrorRetry };
        if (options.ServiceUrl is null)
        {
            sqs.RegionEndpoint = sns.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            sqs.ServiceURL = sns.ServiceURL = options.ServiceUrl;
            sqs.AuthenticationRegion = sns.AuthenticationRegion = options.Region;
        }

        host.Config(sqs);
        host.Config(sns);
    }
}
