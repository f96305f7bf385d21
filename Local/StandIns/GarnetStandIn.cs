using System.Globalization;
using Garnet;

namespace CloudIa.Local.StandIns;

/// <summary>Redis: Garnet, inside this process.</summary>
/// <remarks>
/// It lacks streams, HSETEX, keyspace notifications and sharded pub/sub. With a data folder its append-only file grows
/// for as long as the folder lives.
/// </remarks>
public sealed class GarnetStandIn : IStandIn
{
    private readonly GarnetServer _server;
    private readonly bool _keeps;
    private readonly TaskCompletionSource<string> _died = new();
    private int _disposed;

    private GarnetStandIn(GarnetServer server, int port, bool keeps)
    {
        _server = server;
        _keeps = keeps;
        Port = port;
    }

    public string Name => "Redis stand-in (Garnet)";

    public int Port { get; }

    public int? ProcessId => null;

    public Task<string> Died => _died.Task;

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <param name="options">With a data folder it keeps an append-only file there: nothing is lost by a stop, and by a kill -9 at most what was written in the last moment.</param>
    public static async Task<GarnetStandIn> StartAsync(StandInOptions options, CancellationToken ct = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port ?? FreePort.Find();
            try
            {
                // Starting blocks, on disk where there is a log to recover.
                var server = await Task.Run(() => Start(port, options.DataFolder), ct);

                return new(server, port, options.DataFolder is not null);
            }
            catch (Exception e) when (attempt == 2 || options.Port is not null)
            {
                throw new StandInException($"The Redis stand-in (Garnet) did not start on 127.0.0.1:{port}, data in {options.DataFolder ?? "memory"}: {e.Message}", e);
            }
            catch (Exception)
            {
                // The port that was free may have been taken meanwhile: once more, with another.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // It does not bear being disposed twice, and blocks until its sessions have ended.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // A write is answered before its commit has ended, and disposing does not wait for that.
            if (_keeps)
                await _server.Store.CommitAOFAsync(CancellationToken.None);
            await Task.Run(_server.Dispose);
        }
    }

    private static GarnetServer Start(int port, string? dataFolder)
    {
        var server = new GarnetServer(Arguments(port, dataFolder));
        try
        {
            server.Start();

            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static string[] Arguments(int port, string? dataFolder)
    {
        string[] always =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1",
            // Log, page and index: the default of the first is 16 GB.
            "-m", "64m", "-p", "1m", "-i", "4m",
            // Without transactions a script is not atomic.
            "--lua", "true", "--lua-transaction-mode", "true",
            "--commandstats-monitor", "true", "--expired-key-deletion-scan-freq", "5",
            "-q", "--logger-level", "Error",
        ];

        if (dataFolder is null)
        {
            return always;
        }

        return
        [
            .. always,
            // A page of the file holds at least two of the log's pages.
            "--aof", "true", "--aof-memory", "16m", "--aof-page-size", "4m", "--aof-commit-freq", "0", "--recover", "true",
            "-c", Directory.CreateDirectory(dataFolder).FullName,
            // The default device needs libaio, and without it ends the process at the first write.
            "--device-type", "RandomAccess",
        ];
    }
}
