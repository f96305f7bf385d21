using CloudIa.Transport.Hosting;
using MassTransit;
using MassTransit.Agents;
using MassTransit.Transports;

namespace CloudIa.Transport.Connection;

/// <summary>One receive endpoint's hold on the connection; stops its receiver first, then its sends.</summary>
internal sealed class ClientSupervisor(SqsHostConfiguration host) :
    TransportPipeContextSupervisor<SqsClientContext>(new Factory(host))
{
    private sealed class Factory(SqsHostConfiguration host) : IPipeContextFactory<SqsClientContext>
    {
        public IPipeContextAgent<SqsClientContext> CreateContext(ISupervisor supervisor) =>
            supervisor.AddContext(new SqsClientContext(host.Connection, host, supervisor.Stopped));

        public IActivePipeContextAgent<SqsClientContext> CreateActiveContext(ISupervisor supervisor,
            PipeContextHandle<SqsClientContext> context, CancellationToken cancellationToken = default) =>
            supervisor.AddActiveContext(context, context.Context);
    }
}
