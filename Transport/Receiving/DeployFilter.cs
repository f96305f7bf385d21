using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>Makes the endpoint's queue, topics and subscriptions true before it receives.</summary>
internal sealed class DeployFilter(SqsReceiveEndpointContext endpoint, ReceiveSettings settings) : IFilter<SqsClientContext>
{
    private TemporaryQueueAgent? _temporary;

    public async Task Send(SqsClientContext context, IPipe<SqsClientContext> next)
    {
        var deployer = new TopologyDeployer(context.Connection);
        context.Deployed = await deployer.DeployAsync(settings, endpoint.Subscriptions, context.CancellationToken).ConfigureAwait(false);
        if (settings.AutoDelete)
            await DeleteOnStopAsync(deployer, context.Deployed).ConfigureAwait(false);
        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("deployTopology");

    private async Task DeleteOnStopAsync(TopologyDeployer deployer, DeployedQueue deployed)
    {
        if (_temporary is { Completed.IsCompleted: false })
        {
            _temporary.Deployed = deployed;
            return;
        }

        _temporary = new TemporaryQueueAgent(deployer, deployed);
        // Among the send agents: they stop after the receiver.
        endpoint.AddSendAgent(_temporary);

        // A stop that began meanwhile has not seen it.
        if (endpoint.Running.Stopping.IsCancellationRequested)
            await _temporary.Stop("The endpoint is being stopped").ConfigureAwait(false);
    }
}
