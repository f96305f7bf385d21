using CloudIa.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudIa.Listening;

/// <summary>What every service with listeners shares. Needs the store and the event log.</summary>
public static class ListeningServices
{
    public static IServiceCollection AddListening(this IServiceCollection services)
    {
        services.AddSettings<ListeningOptions>(ListeningOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JobAccess>();
        services.TryAddSingleton<LastEvents>();
        services.TryAddSingleton<UnreadableEvents>();
        services.TryAddSingleton<JobStream>();
        return services;
    }
}
