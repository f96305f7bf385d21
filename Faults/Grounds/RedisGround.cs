using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudIa.Local.StandIns;

namespace CloudIa.Faults.Grounds;

/// <summary>Redis behind the proxies: redis-server that keeps every write, where it is installed; else Garnet.</summary>
internal sealed class RedisGround : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private readonly string _folder;

    private RedisGround(IStandIn standIn, string folder) => (StandIn, _folder) = (standIn, folder);

    private IStandIn StandIn { get; set; }

    public IPEndPoint Address => new(IPAddress.Loopback, StandIn.Port);

    public bool CanBeKilled => StandIn is RedisServerStandIn;

    public string Name => CanBeKilled ? "redis-server, appendfsync always" : "Garnet";

    public static async Task<RedisGround> StartAsync(string folder, bool garnet)
    {
        if (garnet || !RedisServerStandIn.IsAvailable)
            return new(await GarnetStandIn.StartAsync(new StandInOptions { StartTimeout = StartTimeout }), folder);

        var redis = new RedisGround(await StartServerAsync(folder, port: null), folder);
        await redis.SendAsync("CONFIG SET appendfsync always");
        return redis;
    }

    /// <summary>Kill -9, and again from what it has on disk, on the same port.</summary>
    public async Task KillAndRestartAsync()
    {
        var port = StandIn.Port;
        ((RedisServerStandIn)StandIn).Kill();
        await StandIn.DisposeAsync();
        StandIn = await StartServerAsync(_folder, port);
        await SendAsync("CONFIG SET appendfsync always");
    }

    /// <summary>All that Redis holds is lost.</summary>
    public Task FlushAsync() => SendAsync("FLUSHALL");

    public ValueTask DisposeAsync() => StandIn.DisposeAsync();

    private static async Task<IStandIn> StartServerAsync(string folder, int? port) =>
        await RedisServerStandIn.StartAsync(new StandInOptions { DataFolder = folder, Port = port, StartTimeout = StartTimeout });

    private async Task SendAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"));
        var answer = new byte[256];
        var length = await client.GetStream().ReadAsync(answer);
        if (length == 0 || answer[0] != '+')
            throw new InvalidOperationException($"Redis did not take '{command}': {Encoding.ASCII.GetString(answer, 0, length)}");
    }
}
