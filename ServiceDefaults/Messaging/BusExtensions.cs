using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.ServiceDefaults.Messaging.Pauses;
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
    /// <param name="endpoints">Adds endpoints that have neither.</param>
    public static IHostApplicationBuilder AddBus(
        this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure, Action<IBusRegistrationContext, IBusFactoryConfigurator>? endpoints = null)
    {
        builder.Services.AddSettings<MessagingOptions>(MessagingOptions.Section);
        builder.Services.Configure<MassTransitHostOptions>(options =>
        {
            // Health says when the bus is there; HTTP answers (with 502 where it must) in the meantime.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(45);
        });
        builder.Services.AddQueueGates();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddReceiveObserver<LastReceived>();
            bus.SetKebabCaseEndpointNameFormatter();
            configure(bus);
            bus.AddConfigureEndpointsCallback((context, _, endpoint) => endpoint.UseMessagingOptions(context));
            bus.UsingAmazonSqs((context, sqs) =>
            {
                var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;
                sqs.Host(options.Region, host => ConfigureHost(host, options));
                sqs.UseFairShares();
                sqs.ConfigureEndpoints(context);
                endpoints?.Invoke(context, sqs);
            });
        });
        return builder;
    }

    /// <summary>A client of one's own, for what MassTransit has no word for.</summary>
    public static AmazonSQSClient CreateSqsClient(this MessagingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return string.IsNullOrEmpty(options.AccessKey)
            ? new AmazonSQSClient(SqsConfig(options))
            : new AmazonSQSClient(new BasicAWSCredentials(options.AccessKey, options.SecretKey), SqsConfig(options));
    }

    /// <summary>What the configuration says of every endpoint. Those that MassTransit configures by itself have it already.</summary>
    public static void UseMessagingOptions(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        if (endpoint is not IAmazonSqsReceiveEndpointConfigurator sqs)
            return;

        var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;
        sqs.UseQueueGates(context);
        sqs.WaitTimeSeconds = (ushort)options.WaitTimeSeconds;
        sqs.QueueAttributes[QueueAttributeName.VisibilityTimeout] = options.VisibilityTimeoutSeconds;
    }

    private static void ConfigureHost(IAmazonSqsHostConfigurator host, MessagingOptions options)
    {
        if (!string.IsNullOrEmpty(options.AccessKey))
        {
            host.AccessKey(options.AccessKey);
            host.SecretKey(options.SecretKey!);
        }

        host.Config(SqsConfig(options));
        host.Config(SnsConfig(options));
    }

    private static AmazonSQSConfig SqsConfig(MessagingOptions options)
    {
        var config = new AmazonSQSConfig { Timeout = options.RequestTimeout, MaxErrorRetry = options.MaxErrorRetry };
        if (options.ServiceUrl is null)
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        else
            (config.ServiceURL, config.AuthenticationRegion) = (options.ServiceUrl, options.Region);
        return config;
    }

    private static AmazonSimpleNotificationServiceConfig SnsConfig(MessagingOptions options)
    {
        var config = new AmazonSimpleNotificationServiceConfig { Timeout = options.RequestTimeout, MaxErrorRetry = options.MaxErrorRetry };
        if (options.ServiceUrl is null)
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        else
            (config.ServiceURL, config.AuthenticationRegion) = (options.ServiceUrl, options.Region);
        return config;
    }
}
