using CloudIa.Limits.Redis;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Login;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.Limits;

public static class LimitServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ILimits"/> over Redis, and <see cref="LimitOptions"/> from the section <c>Limits</c>. The host registers
    /// <see cref="StackExchange.Redis.IConnectionMultiplexer"/> and the event log's options, whose prefix the keys have too.
    /// </summary>
    /// <remarks>Several services in one host may each ask for it.</remarks>
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLimitOptions();
        services.AddJobOptions();
        services.TryAddSingleton(LimitClock.OfServer);
        services.TryAddSingleton<ILimits, RedisLimits>();
        return services;
    }

    /// <summary>Adds <see cref="LimitOptions"/> alone: for who keeps to a limit by itself.</summary>
    public static IServiceCollection AddLimitOptions(this IServiceCollection services)
    {
        services.AddSettings<LimitOptions>(LimitOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<LimitOptions>, LimitDefaults>(
            provider => new LimitDefaults(provider.GetService<IHostEnvironment>())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LimitOptions>, LimitFields>());

        // Who logs somebody in sees no limits, and reads their tier from the token.
        services.Replace(ServiceDescriptor.Singleton(provider => Tiers(provider.GetRequiredService<IOptions<LimitOptions>>().Value)));
        return services;
    }

    private static LoginTiers Tiers(LimitOptions limits) => new(limits.TierClaim, [.. limits.Tiers.Select(x => x.Name)]);
}
