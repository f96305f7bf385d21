using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CloudIa.Faults.Proxies;

/// <summary>In front of Redis, for one service process.</summary>
internal sealed class RedisProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<RedisProxyConnection, byte> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _redis;
    private readonly FaultPlan _plan;
    private readonly Task _accepting;

    public RedisProxy(IPEndPoint redis, FaultPlan plan)
    {
        (_redis, _plan) = (redis, plan);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string ConnectionString => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Refuses new connections. What is there stays: see <see cref="Cut"/>.</summary>
    public bool IsDown { get; set; }

    /// <summary>Closes all connections that there are.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
            connection.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (IsDown)
                    client.Dispose();
                else
                    _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = new RedisProxyConnection(client, _plan);
        _connections[connection] = 0;
        await connection.RunAsync(_redis);
        _connections.TryRemove(connection, out _);
    }
}
