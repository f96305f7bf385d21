using MassTransit;
using MassTransit.Logging;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>Sends what an event left in the outbox: to one address in order, to different ones at once.</summary>
internal static class OutboxDelivery
{
    /// <param name="messages">In the order in which they were to be sent.</param>
    /// <param name="since">How long ago that was: what remains of a delay is what is not over yet.</param>
    /// <param name="endpoints">The transport's own, no outbox in between.</param>
    public static Task SendAsync(IReadOnlyList<OutboxMessage> messages, TimeSpan since, ISendEndpointProvider endpoints, CancellationToken cancellationToken) =>
        Task.WhenAll(messages
            .Select((message, index) => new StoredMessageContext(message, index + 1))
            .GroupBy(x => x.DestinationAddress!)
            .Select(x => SendAsync(x.Key, x, since, endpoints, cancellationToken)));

    private static async Task SendAsync(
        Uri address, IEnumerable<StoredMessageContext> messages, TimeSpan since, ISendEndpointProvider endpoints, CancellationToken cancellationToken)
    {
        var endpoint = await endpoints.GetSendEndpoint(address);
        foreach (var message in messages)
        {
            var activity = LogContext.Current?.StartOutboxDeliverActivity(message);
            try
            {
                await endpoint.Send(new SerializedMessageBody(), new SendPipe(message, address, since), cancellationToken);
            }
            catch (Exception exception)
            {
                activity?.AddExceptionEvent(exception);
                throw;
            }
            finally
            {
                activity?.Stop();
            }
        }
    }

    private sealed class SendPipe(StoredMessageContext message, Uri address, TimeSpan since) : IPipe<SendContext>
    {
        private readonly OutboxMessageSendPipe _pipe = new(message, address);

        public async Task Send(SendContext context)
        {
            await _pipe.Send(context);
            if (context.Delay is { } delay)
            {
                context.Delay = delay > since ? delay - since : null;
            }
        }

        public void Probe(ProbeContext context) => _pipe.Probe(context);
    }
}
