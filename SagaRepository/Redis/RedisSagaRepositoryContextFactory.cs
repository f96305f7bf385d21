using MassTransit;
using MassTransit.Saga;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Where MassTransit comes in: one session for each message.</summary>
internal sealed class RedisSagaRepositoryContextFactory<TSaga>(
    SagaStore<TSaga> store, ISagaConsumeContextFactory<SagaSession<TSaga>, TSaga> factory)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISagaVersion
{
    public void Probe(ProbeContext context)
    {
        context.Add("persistence", "redis");
        context.Add("keys", $"{store.Settings.KeyPrefix}<correlation id>");
        context.Add("expiry", store.Settings.Expiry?.ToString() ?? "never");
    }

    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class =>
        next.Send(new RedisSagaRepositoryContext<TSaga, T>(new(store, context.CancellationToken), context, factory));

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotImplementedByDesignException(
            $"{TypeCache<T>.ShortName} is correlated with {TypeCache<TSaga>.ShortName} by an expression, but Redis finds a saga by its correlation " +
            "id only. Correlate the event with CorrelateById, or keep an index from the other value to the id.");

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new RedisLoadSagaRepositoryContext<TSaga>(new(store, cancellationToken), cancellationToken));
}
