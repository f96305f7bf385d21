using System.Runtime.ExceptionServices;
using CloudIa.Transport.Connection;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Receives until the endpoint stops; fails when the queue cannot be reached, so that the endpoint starts again.</summary>
internal sealed class ReceiveFilter(SqsReceiveEndpointContext endpoint, ReceiveSettings settings) : IFilter<SqsClientContext>
{
    public async Task Send(SqsClientContext context, IPipe<SqsClientContext> next)
    {
        var receiver = new MessageReceiver(context, context.Deployed!, endpoint, settings);
        await receiver.Ready.ConfigureAwait(false);
        try
        {
            endpoint.AddConsumeAgent(receiver);
        }
        catch (OperationCanceledException)
        {
            // Nobody else will.
            await receiver.Stop("The endpoint was stopped before it received").ConfigureAwait(false);
            throw;
        }

        await endpoint.TransportObservers.NotifyReady(endpoint.InputAddress).ConfigureAwait(false);
        try
        {
            await receiver.Completed.ConfigureAwait(false);
        }
        finally
        {
            await endpoint.TransportObservers.NotifyCompleted(endpoint.InputAddress, receiver).ConfigureAwait(false);
            endpoint.LogConsumerCompleted(receiver.DeliveryCount, receiver.ConcurrentDeliveryCount);
        }

        if (receiver.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("receive");
}
