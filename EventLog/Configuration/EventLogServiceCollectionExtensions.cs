using CloudIa.EventLog.Redis;
using CloudIa.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudIa.EventLog;

public static class EventLogServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IEventLog"/>, <see cref="IRunStops"/>, <see cref="IEventFeed"/>, <see cref="IConnectionRegistry"/>, <see cref="IAcknowledgements"/>,
    /// <see cref="IWebhookMarks"/> and <see cref="IEventErasure"/> over Redis. The host registers <see cref="StackExchange.Redis.IConnectionMultiplexer"/>.
    /// </summary>
    /// <param name="configure">Comes after the configuration section <c>EventLog</c>, where there is one.</param>
    public static IServiceCollection AddEventLog(this IServiceCollection services, Action<EventLogOptions>? configure = null)
    {
        var options = services.AddOptions<EventLogOptions>()
            .Configure<IServiceProvider>((value, provider) => provider.GetService<IConfiguration>()?.GetSection(EventLogOptions.Section).Bind(value))
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddSingleton<IValidateOptions<EventLogOptions>>(new SettingsValidator<EventLogOptions>(EventLogOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RedisEventLog>();
        services.TryAddSingleton<IEventLog>(provider => provider.GetRequiredService<RedisEventLog>());
        services.TryAddSingleton<IEventCounts>(provider => provider.GetRequiredService<RedisEventLog>());
        services.TryAddSingleton<IRunStops, RedisRunStops>();
        services.TryAddSingleton<IEventFeed, RedisEventFeed>();
        services.TryAddSingleton<IConnectionRegistry, RedisConnectionRegistry>();
        services.TryAddSingleton<IAcknowledgements, RedisAcknowledgements>();
        services.TryAddSingleton<IWebhookMarks, RedisWebhookMarks>();
        services.TryAddSingleton<IEventErasure, RedisEventErasure>();
        return services;
    }
}
