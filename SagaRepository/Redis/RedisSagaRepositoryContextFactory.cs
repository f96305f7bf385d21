using CloudIa.SagaRepository.Outbox;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Where MassTransit comes in: one session and one outbox for each message.</summary>
internal sealed class RedisSagaRepositoryContextFactory<TSaga>(
    SagaStore<TSaga> store, SagaOutboxes<TSaga> outboxes, ScopedContexts scopes, ISagaConsumeContextFactory<SagaSession<TSaga>, TSaga> factory)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISagaVersion
{
    public void Probe(ProbeContext context)
    {
        context.Add("persistence", "redis");
        context.Add("keys", $"{store.Settings.KeyPrefix}<correlation id>");
        context.Add("expiry", store.Settings.Expiry?.ToString() ?? "never");
        context.Add("outbox", outboxes.Settings.On ? $"{outboxes.Settings.InboxLimit} events, {outboxes.Settings.Retention}" : "off");
    }

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var outbox = outboxes.Open(context);
        try
        {
            await ApplyAsync(context, outbox, next);
        }
        catch (EventAppliedException)
        {
            LogContext.Debug?.Log("{SagaType} {CorrelationId} has had {MessageType} {MessageId} before: what it sent then is sent again",
                TypeCache<TSaga>.ShortName, context.CorrelationId, TypeCache<T>.ShortName, context.MessageId);
        }

        await outbox.SendAsync(InternalOutboxExtensions.SkipOutbox(context).ReceiveContext.SendEndpointProvider, context.CancellationToken);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotImplementedByDesignException(
            $"{TypeCache<T>.ShortName} is correlated with {TypeCache<TSaga>.ShortName} by an expression, but Redis finds a saga by its correlation " +
            "id only. Correlate the event with CorrelateById, or keep an index from the other value to the id.");

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new RedisLoadSagaRepositoryContext<TSaga>(new(store, outbox: null, cancellationToken), cancellationToken));

    private async Task ApplyAsync<T>(ConsumeContext<T> context, EventOutbox outbox, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var session = new SagaSession<TSaga>(store, outbox, context.CancellationToken);
        if (!outbox.On)
        {
            await next.Send(new RedisSagaRepositoryContext<TSaga, T>(session, context, factory));
            return;
        }

        var held = new OutboxContext<T>(context, outbox, context.TryGetPayload<IServiceProvider>(out var services) ? services : NoServices.Instance);
        using (scopes.Push(held))
        {
            await next.Send(new RedisSagaRepositoryContext<TSaga, T>(session, held, factory));
        }

        await session.EndAsync();
    }
}
