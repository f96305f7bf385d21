using Amazon;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using CloudIa.Transport.Hosting;

namespace MassTransit;

public static class AmazonSqsBusFactoryConfiguratorExtensions
{
    /// <summary>Puts the bus on Amazon SQS and SNS.</summary>
    public static void UsingAmazonSqs(this IBusRegistrationConfigurator configurator,
        Action<IBusRegistrationContext, IAmazonSqsBusFactoryConfigurator>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.SetBusFactory(new SqsRegistrationBusFactory(configure));
    }

    public static IBusControl CreateUsingAmazonSqs(this IBusFactorySelector selector,
        Action<IAmazonSqsBusFactoryConfigurator> configure) =>
        AmazonSqsBusFactory.Create(configure);

    /// <summary>LocalStack's defaults: port 4566, any keys.</summary>
    public static void LocalstackHost(this IAmazonSqsBusFactoryConfigurator configurator)
    {
        const string url = "http://localhost:4566";
        configurator.Host("us-east-1", h =>
        {
            h.AccessKey("admin");
            h.SecretKey("admin");
            h.Config(new AmazonSQSConfig { ServiceURL = url });
            h.Config(new AmazonSimpleNotificationServiceConfig { ServiceURL = url });
        });
    }

    /// <summary>Region and credentials from the SDK's own chains.</summary>
    public static void UseDefaultHost(this IAmazonSqsBusFactoryConfigurator configurator,
        Action<IAmazonSqsHostConfigurator>? configure = null) =>
        configurator.UseDefaultHost(FallbackRegionFactory.GetRegionEndpoint(), configure);

    public static void UseDefaultHost(this IAmazonSqsBusFactoryConfigurator configurator, RegionEndpoint endpoint,
        Action<IAmazonSqsHostConfigurator>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        configurator.Host(endpoint.SystemName, h => configure?.Invoke(h));
    }
}
