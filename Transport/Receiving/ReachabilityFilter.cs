using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>
/// The bus queue is made only when an answer is expected in it. Until then this is what the bus's health rests on: it asks
/// SQS now and then, and fails when SQS does not answer.
/// </summary>
internal sealed class ReachabilityFilter(SqsReceiveEndpointContext endpoint, ReceiveSettings settings) : IFilter<SqsClientContext>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public async Task Send(SqsClientContext context, IPipe<SqsClientContext> next)
    {
        await AskAsync(context).ConfigureAwait(false);
        var stopping = endpoint.Running.Stopping;
        if (!endpoint.ReceivePipe.Connected.IsCompleted)
            await endpoint.TransportObservers.NotifyReady(endpoint.InputAddress, isStarted: false).ConfigureAwait(false);
        while (!endpoint.ReceivePipe.Connected.IsCompleted && !stopping.IsCancellationRequested)
        {
            var wait = Task.Delay(Interval, context.Connection.Time, stopping);
            if (await Task.WhenAny(endpoint.ReceivePipe.Connected, wait).ConfigureAwait(false) == wait && !wait.IsCanceled)
                await AskAsync(context).ConfigureAwait(false);
        }

        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("reachability");

    private async Task AskAsync(SqsClientContext context)
    {
        try
        {
            await BrokerErrors.ExplainAsync("GetQueueUrl", settings.Name,
                () => context.Connection.Sqs.GetQueueUrlAsync(settings.Name, context.CancellationToken), cancellationToken: context.CancellationToken)
                .ConfigureAwait(false);
        }
        catch (QueueDoesNotExistException)
        {
            // An answer all the same.
        }
    }
}
