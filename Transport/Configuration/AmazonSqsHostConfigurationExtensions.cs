using CloudIa.Transport.Hosting;

namespace MassTransit;

public static class AmazonSqsHostConfigurationExtensions
{
    /// <param name="configurator">The bus.</param>
    /// <param name="hostAddress"><c>amazonsqs://region[/scope]</c>.</param>
    /// <param name="configure">Keys, scope, client settings.</param>
    public static void Host(this IAmazonSqsBusFactoryConfigurator configurator, Uri hostAddress,
        Action<IAmazonSqsHostConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(configure);
        var host = new SqsHostSettings(hostAddress);
        configure(host);
        configurator.Host(host);
    }

    /// <param name="configurator">The bus.</param>
    /// <param name="hostName">The region, such as <c>eu-west-1</c>.</param>
    /// <param name="configure">Keys, scope, client settings.</param>
    public static void Host(this IAmazonSqsBusFactoryConfigurator configurator, string hostName,
        Action<IAmazonSqsHostConfigurator> configure) =>
        configurator.Host(new Uri($"{AmazonSqsHostAddress.AmazonSqsScheme}://{hostName}"), configure);

    /// <summary>A temporary endpoint: its queue goes with it.</summary>
    public static void ReceiveEndpoint(this IAmazonSqsBusFactoryConfigurator configurator,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configure = null) =>
        configurator.ReceiveEndpoint(new TemporaryEndpointDefinition(), configure);

    public static void ReceiveEndpoint(this IAmazonSqsBusFactoryConfigurator configurator, IEndpointDefinition definition,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.ReceiveEndpoint(definition, DefaultEndpointNameFormatter.Instance, configure);
    }
}
