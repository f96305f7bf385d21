using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Hosting;

internal sealed class SqsHost(SqsHostConfiguration host) :
    BaseHost(host, host.Topology),
    IHost<IAmazonSqsReceiveEndpointConfigurator>
{
    public override HostReceiveEndpointHandle ConnectReceiveEndpoint(IEndpointDefinition definition,
        IEndpointNameFormatter? endpointNameFormatter, Action<IReceiveEndpointConfigurator>? configureEndpoint = null) =>
        ConnectReceiveEndpoint(definition, endpointNameFormatter,
            (IAmazonSqsReceiveEndpointConfigurator x) => configureEndpoint?.Invoke(x));

    public override HostReceiveEndpointHandle ConnectReceiveEndpoint(string queueName,
        Action<IReceiveEndpointConfigurator>? configureEndpoint = null) =>
        ConnectReceiveEndpoint(queueName, (IAmazonSqsReceiveEndpointConfigurator x) => configureEndpoint?.Invoke(x));

    public HostReceiveEndpointHandle ConnectReceiveEndpoint(IEndpointDefinition definition,
        IEndpointNameFormatter? endpointNameFormatter = null, Action<IAmazonSqsReceiveEndpointConfigurator>? configureEndpoint = null)
    {
        var name = definition.GetEndpointName(endpointNameFormatter ?? DefaultEndpointNameFormatter.Instance);
        return ConnectReceiveEndpoint(name, (IAmazonSqsReceiveEndpointConfigurator x) =>
        {
            host.Apply(x, definition);
            configureEndpoint?.Invoke(x);
        });
    }

    public HostReceiveEndpointHandle ConnectReceiveEndpoint(string queueName,
        Action<IAmazonSqsReceiveEndpointConfigurator>? configure = null)
    {
        LogContext.SetCurrentIfNull(host.LogContext);
        var configuration = host.CreateEndpoint(queueName, configure);
        configuration.Validate().ThrowIfContainsFailure("The receive endpoint configuration is invalid:");
        TransportLogMessages.ConnectReceiveEndpoint(configuration.InputAddress);
        configuration.Build(this);
        return ReceiveEndpoints.Start(queueName);
    }

    protected override void Probe(ProbeContext context)
    {
        context.Add("type", "AmazonSQS");
        context.Add("region", host.Settings.Region?.SystemName ?? "");
        context.Add("address", host.HostAddress);
    }

    protected override IAgent[] GetAgentHandles() => [host.ConnectionAgent];
}
