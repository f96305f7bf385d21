using CloudIa.Transport.Connection;
using MassTransit;
using MassTransit.Middleware;

namespace CloudIa.Transport.Receiving;

/// <summary>Takes a temporary queue away with its endpoint.</summary>
internal sealed class TemporaryQueueAgent : Agent
{
    private readonly TopologyDeployer _deployer;

    public TemporaryQueueAgent(TopologyDeployer deployer, DeployedQueue deployed)
    {
        (_deployer, Deployed) = (deployer, deployed);
        SetReady();
    }

    public DeployedQueue Deployed { get; set; }

    protected override async Task StopAgent(StopContext context)
    {
        try
        {
            await _deployer.RemoveAsync(Deployed, context.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogContext.Warning?.Log(exception, "The temporary queue {Queue} could not be deleted; delete it by hand", Deployed.Queue.Name);
        }

        await base.StopAgent(context).ConfigureAwait(false);
    }
}
