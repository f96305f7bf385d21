using CloudIa.Transport.Topology;
using MassTransit.Configuration;

namespace CloudIa.Transport.Hosting;

internal class SqsEndpointConfiguration : EndpointConfiguration
{
    public SqsEndpointConfiguration(SqsTopologyConfiguration topology)
        : base(topology)
    {
        Topology = topology;
    }

    private SqsEndpointConfiguration(SqsEndpointConfiguration parent, SqsTopologyConfiguration topology, bool isBusEndpoint)
        : base(parent, topology, isBusEndpoint)
    {
        Topology = topology;
    }

    public new SqsTopologyConfiguration Topology { get; }

    public SqsEndpointConfiguration CreateEndpoint(bool isBusEndpoint = false) =>
        new(this, new SqsTopologyConfiguration(Topology), isBusEndpoint);
}
