using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudIa.ServiceDefaults.Circuits;

public static class CircuitExtensions
{
    /// <summary>Adds <see cref="IProviderCircuits"/> and <see cref="ISharedCircuits"/> over Redis. The host registers <see cref="StackExchange.Redis.IConnectionMultiplexer"/>.</summary>
    public static IServiceCollection AddProviderCircuits(this IServiceCollection services)
    {
        services.TryAddSingleton<RedisCircuits>();
        services.TryAddSingleton<IProviderCircuits>(provider => provider.GetRequiredService<RedisCircuits>());
        services.TryAddSingleton<ISharedCircuits>(provider => provider.GetRequiredService<RedisCircuits>());
        return services;
    }
}
