using System.Net;

namespace CloudIa.Faults.Proxies;

/// <summary>All that one service process speaks to, each through a proxy of its own.</summary>
internal sealed class ServiceProxies : IAsyncDisposable
{
    private ServiceProxies(FaultPlan plan, HttpProxy messaging, HttpProxy store, RedisProxy redis) =>
        (Plan, Messaging, Store, Redis) = (plan, messaging, store, redis);

    public FaultPlan Plan { get; }

    public HttpProxy Messaging { get; }

    public HttpProxy Store { get; }

    public RedisProxy Redis { get; }

    /// <summary>Configuration that leads a service here.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Values =>
    [
        new("Messaging:ServiceUrl", Messaging.Address.ToString()),
        new("Store:ServiceUrl", Store.Address.ToString()),
        new("Redis:ConnectionString", Redis.ConnectionString),
    ];

    public static async Task<ServiceProxies> StartAsync(Uri messaging, Uri store, IPEndPoint redis, FaultPlan plan) => new(
        plan,
        await HttpProxy.StartAsync(Upstream.Messaging, messaging, plan),
        await HttpProxy.StartAsync(Upstream.Store, store, plan),
        new RedisProxy(redis, plan));

    public async ValueTask DisposeAsync()
    {
        await Messaging.DisposeAsync();
        await Store.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
