using MassTransit.Configuration;
using MassTransit.Transports;

namespace CloudIa.Transport.Topology;

internal sealed class SqsBusTopology(IHostConfiguration host, ITopologyConfiguration topology) : BusTopology(host, topology);
