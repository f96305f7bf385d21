using System.Net.WebSockets;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Local.StandIns;
using CloudIa.Notifier.ApiGateway;
using CloudIa.Notifier.ApiGateway.Leases;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Notifier.ApiGateway;

/// <summary>API Gateway's stand-in with Notifiers behind it, over Redis. Nodes can be added, stopped and killed.</summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    private readonly List<(NotifierHost Node, ConnectionMultiplexer Redis)> _nodes = [];
    private readonly List<ChatJob> _jobs = [];
    private readonly string _prefix;
    private readonly string _redisAddress;
    private readonly (string Key, string Value)[] _settings;
    private readonly ServiceProvider _services;

    private GatewayRig(ApiGatewayStandIn gateway, ConnectionMultiplexer redis, string address, string prefix, (string Key, string Value)[] settings)
    {
        (Gateway, Redis, _redisAddress, _prefix, _settings) = (gateway, redis, address, prefix, settings);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConnectionMultiplexer>(redis)
            .AddEventLog(x => x.KeyPrefix = prefix)
            .AddSingleton(Options.Create(new global::CloudIa.Notifier.Configuration.ApiGatewayOptions()))
            .AddSingleton<GatewayLeases>()
            .AddSingleton<EndedJobs>()
            .BuildServiceProvider();
    }

    public ApiGatewayStandIn Gateway { get; }

    /// <summary>Beside the nodes' own connections.</summary>
    public ConnectionMultiplexer Redis { get; }

    public IReadOnlyList<NotifierHost> Nodes => [.. _nodes.Select(x => x.Node)];

    public IEventLog Log => _services.GetRequiredService<IEventLog>();

    public GatewayLeases Leases => _services.GetRequiredService<GatewayLeases>();

    public RedisKey LeasesKey => new GatewayKeys(_prefix).Leases;

    public RedisKey ConnectionKey(string connectionId) => new GatewayKeys(_prefix).Of(connectionId)[1];

    public static async Task<GatewayRig> StartAsync(StandInsFixture standIns, int nodes = 2, ApiGatewayStandInOptions? options = null, params (string Key, string Value)[] settings)
    {
        var address = await standIns.GarnetConnectionString();
        var gateway = await ApiGatewayStandIn.StartAsync(options ?? new(), TestContext.Current.CancellationToken);
        var rig = new GatewayRig(gateway, await ConnectionMultiplexer.ConnectAsync(address), address, standIns.UniqueName() + ":", settings);
        for (var i = 0; i < nodes; i++)
        {
            await rig.AddNodeAsync();
        }

        return rig;
    }

    public async Task<NotifierHost> AddNodeAsync(TimeSpan? slowReaderTimeout = null, params (string Key, string Value)[] settings)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(_redisAddress);
        var values = Gateway.Values.Select(x => (Key: x.Key["Notifier:".Length..], Value: x.Value!)).Concat(_settings).Concat(settings)
            .GroupBy(x => x.Key).Select(x => x.Last());
        var node = await NotifierHost.StartOverAsync(
            services =>
            {
                services.AddSingleton<IConnectionMultiplexer>(redis);
                services.AddEventLog(x => x.KeyPrefix = _prefix);
                if (slowReaderTimeout is { } timeout)
                {
                    services.Configure<ListeningOptions>(x => x.SlowReaderTimeout = timeout);
                }
            },
            [.. values]);
        _jobs.ForEach(x => node.Jobs.Put(x.Record));
        _nodes.Add((node, redis));
        Gateway.Targets = [.. Nodes.Select(x => x.Http)];
        return node;
    }

    /// <summary>A job that its user may subscribe to at every node.</summary>
    public GatewayJob Job(string userId = "ana")
    {
        var job = new ChatJob(new FakeEventLog(), userId);
        _jobs.Add(job);
        foreach (var node in Nodes)
        {
            node.Jobs.Put(job.Record);
        }

        return new GatewayJob(job, Log, _services.GetRequiredService<EndedJobs>());
    }

    public async Task<WebSocketClient> ConnectAsync(string userId = "ana", string query = "", Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Dev-User", userId);
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new UriBuilder(Gateway.Address) { Query = query }.Uri, TestContext.Current.CancellationToken);
        return new WebSocketClient(socket);
    }

    /// <summary>The only connection's owner, as soon as there is one.</summary>
    public async Task<NotifierHost> OwnerAsync()
    {
        await Eventually.Is(() => Nodes.Count(Owns) == 1);
        return Nodes.Single(Owns);
    }

    public static int Connections(NotifierHost node) => node.Services.GetRequiredService<GatewayNode>().Connections;

    /// <summary>As SIGTERM does.</summary>
    public async Task StopAsync(NotifierHost node)
    {
        await node.StopAsync();
        await RemoveAsync(node);
    }

    /// <summary>As SIGKILL does: nothing is said to anybody.</summary>
    public Task KillAsync(NotifierHost node) => RemoveAsync(node);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await RemoveAsync(node);
        }

        await Gateway.DisposeAsync();
        await _services.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private static bool Owns(NotifierHost node) => Connections(node) == 1;

    private async Task RemoveAsync(NotifierHost node)
    {
        var found = _nodes.Find(x => x.Node == node);
        _nodes.Remove(found);
        Gateway.Targets = [.. Nodes.Select(x => x.Http)];
        await node.DisposeAsync();
        await found.Redis.DisposeAsync();
    }
}
