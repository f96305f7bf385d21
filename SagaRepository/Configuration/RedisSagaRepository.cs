using CloudIa.SagaRepository.Outbox;
using CloudIa.SagaRepository.Redis;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace MassTransit.RedisIntegration.Saga;

/// <summary>A repository for a bus that is configured without a container. The official package's, under its name.</summary>
#pragma warning disable CA1000 // The official package's shape.
public static class RedisSagaRepository<TSaga>
    where TSaga : class, ISagaVersion
{
    /// <param name="connectionFactory">Means nothing here: see <paramref name="redisDbFactory"/>.</param>
    /// <param name="redisDbFactory">The database, asked for with each operation.</param>
    /// <param name="optimistic">False is refused: there are no locks.</param>
    /// <param name="lockTimeout">Means nothing here.</param>
    /// <param name="lockRetryTimeout">Means nothing here.</param>
    /// <param name="keyPrefix">As <see cref="IRedisSagaRepositoryConfigurator.KeyPrefix"/>. That no other type of sagas has it is not checked here.</param>
    /// <param name="expiry">As <see cref="IRedisSagaRepositoryConfigurator.Expiry"/>.</param>
    /// <param name="retryPolicy">Means nothing here.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public static ISagaRepository<TSaga> Create(RedisConnectionFactory? connectionFactory, Func<IDatabase> redisDbFactory, bool optimistic = true,
        TimeSpan? lockTimeout = null, TimeSpan? lockRetryTimeout = null, string? keyPrefix = "", TimeSpan? expiry = null, IRetryPolicy? retryPolicy = null)
    {
        ArgumentNullException.ThrowIfNull(redisDbFactory);
        return Create(redisDbFactory, r =>
        {
            r.ConcurrencyMode = optimistic ? ConcurrencyMode.Optimistic : ConcurrencyMode.Pessimistic;
            r.KeyPrefix = keyPrefix;
            r.Expiry = expiry;
        });
    }

    /// <summary>Ours: with all settings, the outbox among them; those about connections mean nothing here.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public static ISagaRepository<TSaga> Create(Func<IDatabase> redisDbFactory, Action<IRedisSagaRepositoryConfigurator<TSaga>> configure)
    {
        ArgumentNullException.ThrowIfNull(redisDbFactory);
        ArgumentNullException.ThrowIfNull(configure);
        var configurator = new CloudIa.SagaRepository.Configuration.RedisSagaRepositoryConfigurator<TSaga>();
        configure(configurator);
        configurator.ThrowIfInvalid();
        var factory = new RedisSagaRepositoryContextFactory<TSaga>(
            new(configurator.Settings, () => Task.FromResult(redisDbFactory())),
            new(configurator.Settings.Outbox, TimeProvider.System),
            new ScopedContexts(new ServiceCollection()),
            new SagaConsumeContextFactory<SagaSession<TSaga>, TSaga>());
        return new SagaRepository<TSaga>(factory, loadSagaRepositoryContextFactory: factory);
    }
}
