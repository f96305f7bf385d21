using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>Empties the queue once: a reconnect is no start.</summary>
internal sealed class PurgeFilter : IFilter<SqsClientContext>
{
    private bool _done;

    public async Task Send(SqsClientContext context, IPipe<SqsClientContext> next)
    {
        if (!_done && context.Deployed is { } deployed)
        {
            try
            {
                await BrokerErrors.ExplainAsync("PurgeQueue", deployed.Queue.Name,
                    () => context.Connection.Sqs.PurgeQueueAsync(deployed.Queue.Url, context.CancellationToken),
                    cancellationToken: context.CancellationToken).ConfigureAwait(false);
            }
            catch (AmazonSqsConnectionException exception) when (exception.InnerException is PurgeQueueInProgressException)
            {
                // Another process of this endpoint did it within the last minute.
            }

            _done = true;
            LogContext.Debug?.Log("Purged queue {Queue}", deployed.Queue.Name);
        }

        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("purgeOnStartup");
}
