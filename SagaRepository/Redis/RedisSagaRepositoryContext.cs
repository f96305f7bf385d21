using MassTransit;
using MassTransit.Context;
using MassTransit.Logging;
using MassTransit.Saga;

namespace CloudIa.SagaRepository.Redis;

/// <summary>MassTransit's view of a <see cref="SagaSession{TSaga}"/> while a message is handled.</summary>
internal sealed class RedisSagaRepositoryContext<TSaga, TMessage>(
    SagaSession<TSaga> session, ConsumeContext<TMessage> context, ISagaConsumeContextFactory<SagaSession<TSaga>, TSaga> factory)
    : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISagaVersion
    where TMessage : class
{
    private readonly ConsumeContext<TMessage> _context = context;

    /// <summary>A new saga, which <see cref="Save"/> will create.</summary>
    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) => Of(instance, SagaConsumeContextMode.Add);

    /// <summary>A new saga, created at once; null where there is one already, which MassTransit then loads.</summary>
    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        if (!await session.TryInsertAsync(instance))
        {
            return null!;
        }

        _context.LogInsert<TSaga, TMessage>(instance.CorrelationId);
        return await Of(instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId) =>
        await session.LoadAsync(correlationId) is { } instance ? await Of(instance, SagaConsumeContextMode.Load) : null!;

    public Task Save(SagaConsumeContext<TSaga> context) => session.AddAsync(context.Saga);

    public Task Update(SagaConsumeContext<TSaga> context) => session.UpdateAsync(context.Saga);

    public Task Delete(SagaConsumeContext<TSaga> context) => session.DeleteAsync(context.Saga);

    /// <summary>A new saga that was never created: its first event failed, or was its last.</summary>
    public Task Discard(SagaConsumeContext<TSaga> context)
    {
        if (context.IsCompleted)
        {
            session.End(context.Saga);
        }

        return Task.CompletedTask;
    }

    /// <summary>A saga that was only looked at.</summary>
    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class =>
        factory.CreateSagaConsumeContext(session, consumeContext, instance, mode);

    private Task<SagaConsumeContext<TSaga, TMessage>> Of(TSaga instance, SagaConsumeContextMode mode) =>
        factory.CreateSagaConsumeContext(session, _context, instance, mode);
}
