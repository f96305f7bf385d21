using CloudIa.Transport.Hosting;
using CloudIa.Transport.Topology;
using MassTransit.Configuration;

namespace MassTransit;

/// <summary>A bus without a service collection.</summary>
public static class AmazonSqsBusFactory
{
    public static IBusControl Create(Action<IAmazonSqsBusFactoryConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var bus = new SqsBusConfiguration();
        var configurator = new SqsBusFactoryConfigurator(bus);
        configure(configurator);
        return configurator.Build(bus);
    }

    /// <summary>How this transport names messages.</summary>
    public static IMessageTopologyConfigurator CreateMessageTopology() => new SqsTopologyConfiguration().Message;
}
