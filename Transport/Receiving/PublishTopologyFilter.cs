using CloudIa.Transport.Connection;
using CloudIa.Transport.Topology;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>Creates the topics of all that the bus publishes, where <c>DeployPublishTopology</c> asks for it.</summary>
internal sealed class PublishTopologyFilter(SqsPublishTopology publish) : IFilter<SqsClientContext>
{
    public async Task Send(SqsClientContext context, IPipe<SqsClientContext> next)
    {
        await Task.WhenAll(publish.AllTopics().Select(x => context.Connection.Topics.GetAsync(x, context.CancellationToken)))
            .ConfigureAwait(false);
        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("deployPublishTopology");
}
