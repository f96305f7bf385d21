namespace MassTransit;

public delegate void AmazonSqsConfigureEndpointsCallback(IRegistrationContext context, string queueName,
    IAmazonSqsReceiveEndpointConfigurator configurator);

public static class AmazonSqsConfigureEndpointCallbackExtensions
{
    /// <summary>Configures one consumer's endpoint where the bus is on SQS.</summary>
    public static void AddAmazonSqsConfigureEndpointCallback(this IEndpointRegistrationConfigurator configurator,
        Action<IRegistrationContext, IAmazonSqsReceiveEndpointConfigurator> callback)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.AddConfigureEndpointCallback((context, endpoint) =>
        {
            if (endpoint is IAmazonSqsReceiveEndpointConfigurator sqs)
                callback(context, sqs);
        });
    }

    /// <summary>Configures every endpoint where the bus is on SQS.</summary>
    public static void AddAmazonSqsConfigureEndpointsCallback(this IBusRegistrationConfigurator configurator,
        AmazonSqsConfigureEndpointsCallback callback)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            if (endpoint is IAmazonSqsReceiveEndpointConfigurator sqs)
                callback(context, name, sqs);
        });
    }
}
