using MassTransit;
using MassTransit.Agents;
using MassTransit.Transports;

namespace CloudIa.Transport.Connection;

/// <summary>One receive endpoint's hold on the connection; stops its receiver first, then its sends.</summary>
internal sealed class ClientSupervisor(Func<SqsConnection> connection) :
    TransportPipeContextSupervisor<SqsClientContext>(new Factory(connection))
{
    private sealed class Factory(Func<SqsConnection> connection) : IPipeContextFactory<SqsClientContext>
    {
        public IPipeContextAgent<SqsClientContext> CreateContext(ISupervisor supervisor) =>
            supervisor.AddContext(new SqsClientContext(connection(), supervisor.Stopped));

        public IActivePipeContextAgent<SqsClientContext> CreateActiveContext(ISupervisor supervisor,
            PipeContextHandle<SqsClientContext> context, CancellationToken cancellationToken = default) =>
            supervisor.AddActiveContext(context, context.Context);
    }
}
