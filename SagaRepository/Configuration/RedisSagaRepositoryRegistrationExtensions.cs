using CloudIa.SagaRepository.Configuration;

namespace MassTransit;

/// <summary>The official package's entry points, under its names.</summary>
public static class RedisSagaRepositoryRegistrationExtensions
{
    /// <summary>Keeps a saga in Redis.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong, or another type of sagas has the same key prefix.</exception>
    public static ISagaRegistrationConfigurator<T> RedisRepository<T>(
        this ISagaRegistrationConfigurator<T> configurator, Action<IRedisSagaRepositoryConfigurator<T>>? configure = null)
        where T : class, ISagaVersion
    {
        var repository = new RedisSagaRepositoryConfigurator<T>();
        configure?.Invoke(repository);
        repository.ThrowIfInvalid();
        return configurator.Repository(repository.Register);
    }

    /// <inheritdoc cref="RedisRepository{T}(ISagaRegistrationConfigurator{T}, Action{IRedisSagaRepositoryConfigurator{T}})"/>
    /// <param name="configuration">Where Redis is, in StackExchange.Redis's syntax.</param>
    public static ISagaRegistrationConfigurator<T> RedisRepository<T>(
        this ISagaRegistrationConfigurator<T> configurator, string configuration, Action<IRedisSagaRepositoryConfigurator<T>>? configure = null)
        where T : class, ISagaVersion =>
        configurator.RedisRepository<T>(r =>
        {
            r.DatabaseConfiguration(configuration);
            configure?.Invoke(r);
        });

    /// <summary>Keeps the job service's sagas in Redis, each type under its own name.</summary>
    public static IJobSagaRegistrationConfigurator RedisRepository(
        this IJobSagaRegistrationConfigurator configurator, Action<IRedisSagaRepositoryConfigurator>? configure = null)
    {
        configurator.UseRepositoryRegistrationProvider(new RedisSagaRepositoryProvider(configure));
        return configurator;
    }

    /// <inheritdoc cref="RedisRepository(IJobSagaRegistrationConfigurator, Action{IRedisSagaRepositoryConfigurator})"/>
    public static IJobSagaRegistrationConfigurator RedisRepository(
        this IJobSagaRegistrationConfigurator configurator, string configuration, Action<IRedisSagaRepositoryConfigurator>? configure = null) =>
        configurator.RedisRepository(r =>
        {
            r.DatabaseConfiguration(configuration);
            configure?.Invoke(r);
        });

    /// <summary>
    /// Keeps every saga that has no repository of its own, and implements <see cref="ISagaVersion"/>, in Redis. The type's name is a
    /// part of the keys: <c>{prefix}:{type}:{correlation id}</c>.
    /// </summary>
    public static void SetRedisSagaRepositoryProvider(
        this IRegistrationConfigurator configurator, Action<IRedisSagaRepositoryConfigurator>? configure = null) =>
        configurator.SetSagaRepositoryProvider(new RedisSagaRepositoryProvider(configure));

    /// <inheritdoc cref="SetRedisSagaRepositoryProvider(IRegistrationConfigurator, Action{IRedisSagaRepositoryConfigurator})"/>
    public static void SetRedisSagaRepositoryProvider(
        this IRegistrationConfigurator configurator, string configuration, Action<IRedisSagaRepositoryConfigurator>? configure = null) =>
        configurator.SetRedisSagaRepositoryProvider(r =>
        {
            r.DatabaseConfiguration(configuration);
            configure?.Invoke(r);
        });
}
