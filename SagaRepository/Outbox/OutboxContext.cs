using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>The event as the state machine sees it: whatever is sent through it, or scheduled, published or answered, is held back.</summary>
/// <remarks>
/// MassTransit's own outboxes go round a database transaction, and so <see cref="OutboxConsumeContext"/> knows how they are filled and emptied.
/// Here the saga's write is the transaction: of it all only <see cref="AddSend{T}"/> is needed.
/// </remarks>
internal sealed class OutboxContext<T>(ConsumeContext<T> context, EventOutbox outbox, IServiceProvider services) :
    OutboxConsumeContextProxy<T>(new Numbering(context, outbox), new OutboxConsumeOptions(), services)
    where T : class
{
    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => false;

    public override bool IsOutboxDelivered => false;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        outbox.Hold(context);
        return Task.CompletedTask;
    }

    public override void AddConsumeTask(Task task)
    {
        outbox.Track(task);
        base.AddConsumeTask(task);
    }

    public override Task SetConsumed() => Task.CompletedTask;

    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult<List<OutboxMessageContext>>([]);

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;

    /// <summary>Under the outbox: gives the messages their ids.</summary>
    private sealed class Numbering : ConsumeContextScope<T>
    {
        public Numbering(ConsumeContext<T> context, EventOutbox outbox)
            : base(context) => ReceiveContext = new NumberingReceiveContext(context.ReceiveContext, outbox);
    }
}
