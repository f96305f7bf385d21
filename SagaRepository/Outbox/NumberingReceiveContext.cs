using MassTransit;
using MassTransit.Context;
using MassTransit.Transports;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>
/// Gives each message an id that is derived from the event's, before anything else sees the message: an id that its sender chooses
/// takes the place of this one.
/// </summary>
internal sealed class NumberingReceiveContext(ReceiveContext context, EventOutbox outbox) : ReceiveContextProxy(context)
{
    public override ISendEndpointProvider SendEndpointProvider { get; } = new SendProvider(context.SendEndpointProvider, outbox);

    public override IPublishEndpointProvider PublishEndpointProvider { get; } = new PublishProvider(context.PublishEndpointProvider, outbox);

    private sealed class SendProvider(ISendEndpointProvider provider, EventOutbox outbox) : ISendEndpointProvider
    {
        public async Task<ISendEndpoint> GetSendEndpoint(Uri address) => new Endpoint(await provider.GetSendEndpoint(address), outbox);

        public ConnectHandle ConnectSendObserver(ISendObserver observer) => provider.ConnectSendObserver(observer);
    }

    private sealed class PublishProvider(IPublishEndpointProvider provider, EventOutbox outbox) : IPublishEndpointProvider
    {
        public async Task<ISendEndpoint> GetPublishSendEndpoint<T>()
            where T : class =>
            new Endpoint(await provider.GetPublishSendEndpoint<T>(), outbox);

        public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => provider.ConnectPublishObserver(observer);
    }

    private sealed class Endpoint(ISendEndpoint endpoint, EventOutbox outbox) : SendEndpointProxy(endpoint)
    {
        protected override IPipe<SendContext<T>> GetPipeProxy<T>(IPipe<SendContext<T>>? pipe = default) => new Pipe<T>(pipe, outbox.NextMessageId());
    }

    private sealed class Pipe<T>(IPipe<SendContext<T>>? pipe, Guid? id) : SendContextPipeAdapter<T>(pipe)
        where T : class
    {
        /// <summary>Runs before the endpoint's own pipe and the sender's.</summary>
        protected override void Send<TMessage>(SendContext<TMessage> context) => context.MessageId = id ?? context.MessageId;

        protected override void Send(SendContext<T> context)
        {
        }
    }
}
