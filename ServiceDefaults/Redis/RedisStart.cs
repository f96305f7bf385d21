using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Redis;

/// <summary>
/// Connects to Redis before anything is served. Otherwise the first requests do, all at once: each takes a thread to wait for the one connection, which
/// itself needs threads, and a replica that a thousand listeners come to stands still for many seconds.
/// </summary>
internal sealed class RedisStart(IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>Where Redis is not there, the service starts all the same, and the connection is made when it is.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.Run(services.GetRequiredService<IConnectionMultiplexer>, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
