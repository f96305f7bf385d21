using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Looks at a saga without a message.</summary>
internal sealed class RedisLoadSagaRepositoryContext<TSaga>(SagaSession<TSaga> session, CancellationToken cancellationToken)
    : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    where TSaga : class, ISagaVersion
{
    public async Task<TSaga> Load(Guid correlationId) => (await session.LoadAsync(correlationId))!;
}
