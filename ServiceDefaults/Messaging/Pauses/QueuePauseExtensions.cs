using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CloudIa.ServiceDefaults.Messaging.Pauses;

public static class QueuePauseExtensions
{
    /// <summary>Adds <see cref="IQueuePauses"/> over Redis. The host registers <see cref="StackExchange.Redis.IConnectionMultiplexer"/>.</summary>
    public static IServiceCollection AddQueuePauses(this IServiceCollection services)
    {
        services.TryAddSingleton<IQueuePauses, RedisQueuePauses>();
        return services;
    }

    /// <summary>Has what this process receives follow <see cref="IQueuePauses"/>.</summary>
    internal static IServiceCollection AddQueueGates(this IServiceCollection services)
    {
        services.AddQueuePauses();
        services.TryAddSingleton<QueueGates>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, QueueGates>(provider => provider.GetRequiredService<QueueGates>()));
        return services;
    }

    /// <summary>With the official packages nothing holds up a poll: there a pause does nothing.</summary>
    internal static void UseQueueGates(this IAmazonSqsReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
#if !MASSTRANSIT_AWS_OFFICIAL
        var queue = endpoint.InputAddress.AbsolutePath.Split('/')[^1];
        if (context.GetService<QueueGates>() is { } gates)
            endpoint.BeforePoll = stopping => gates.WaitAsync(queue, stopping);
#endif
    }
}
