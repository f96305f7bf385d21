using System.Reflection;
using MassTransit;
using MassTransit.Configuration;

namespace CloudIa.SagaRepository.Configuration;

/// <summary>Gives each saga without a repository this one. The same settings serve all, so the type goes into the key.</summary>
internal sealed class RedisSagaRepositoryProvider(Action<IRedisSagaRepositoryConfigurator>? configure) : ISagaRepositoryRegistrationProvider
{
    private static readonly MethodInfo VersionedMethod =
        typeof(RedisSagaRepositoryProvider).GetMethod(nameof(ConfigureVersioned), BindingFlags.Instance | BindingFlags.NonPublic)!;

    void ISagaRepositoryRegistrationProvider.Configure<TSaga>(ISagaRegistrationConfigurator<TSaga> configurator)
    {
        // Without a version there is nothing to hold two writers apart: such a saga stays where it would be without us.
        if (typeof(ISagaVersion).IsAssignableFrom(typeof(TSaga)))
        {
            VersionedMethod.MakeGenericMethod(typeof(TSaga)).Invoke(this, BindingFlags.DoNotWrapExceptions, null, [configurator], null);
        }
    }

    private void ConfigureVersioned<TSaga>(ISagaRegistrationConfigurator<TSaga> configurator)
        where TSaga : class, ISagaVersion
    {
        var repository = new RedisSagaRepositoryConfigurator<TSaga>();
        configure?.Invoke(repository);
        repository.AddTypeToKeyPrefix();
        repository.ThrowIfInvalid();
        configurator.Repository(repository.Register);
    }
}
