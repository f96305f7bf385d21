using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Redis;

internal static class RedisExtensions
{
    /// <summary>One connection a process. It may be made before Redis is there, and comes back by itself after it was lost.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<RedisOptions>(RedisOptions.Section);
        builder.Services.AddHostedService<RedisStart>();
        builder.Services.AddSingleton<IConnectionMultiplexer>(provider =>
        {
            var configuration = ConfigurationOptions.Parse(provider.GetRequiredService<IOptions<RedisOptions>>().Value.ConnectionString);
            configuration.AbortOnConnectFail = false;
            configuration.ClientName ??= builder.Environment.ApplicationName;
            return ConnectionMultiplexer.Connect(configuration);
        });
    }
}
