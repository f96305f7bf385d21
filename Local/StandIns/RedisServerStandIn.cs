using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudIa.Local.StandIns;

/// <summary>The machine's own <c>redis-server</c>, where there is one: what production runs.</summary>
public sealed class RedisServerStandIn : ChildStandIn
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly string? _temporaryFolder;

    private RedisServerStandIn(ChildProcess child, int port, string? temporaryFolder)
        : base(child, port) => _temporaryFolder = temporaryFolder;

    /// <summary>Whether <c>redis-server</c> is on PATH.</summary>
    public static bool IsAvailable => Executables.Find("redis-server") is not null;

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <param name="options">With a data folder it keeps an append-only file there, flushed each second.</param>
    public static async Task<RedisServerStandIn> StartAsync(StandInOptions options, CancellationToken ct = default)
    {
        var redis = Executables.Find("redis-server") ?? throw new StandInException(
            "There is no `redis-server` on PATH. Install it (Debian and Ubuntu: `apt-get install redis-server`), or use Garnet, which needs no installation.");

        var temporary = options.DataFolder is null ? Directory.CreateTempSubdirectory("cloudia-redis-").FullName : null;
        var folder = Directory.CreateDirectory(options.DataFolder ?? temporary!).FullName;

        var (child, port) = await Launcher.StartAsync(
            port => new()
            {
                Name = "Redis stand-in (redis-server)",
                FileName = redis,
                Arguments =
                [
                    "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--daemonize", "no",
                    // No snapshots beside the append-only file.
                    "--save", "",
                    "--appendonly", options.DataFolder is null ? "no" : "yes",
                ],
                WorkingFolder = folder,
            },
            (child, port, token) => UntilReadyAsync(child, port, options, token),
            options,
            ct);

        return new(child, port, temporary);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_temporaryFolder is not null && Directory.Exists(_temporaryFolder))
        {
            Directory.Delete(_temporaryFolder, recursive: true);
        }
    }

    /// <summary>Its own process id in the answer, and no longer loading (not async_loading, another line): another program may have taken the port meanwhile.</summary>
    private static async Task<int> UntilReadyAsync(ChildProcess child, int port, StandInOptions options, CancellationToken ct)
    {
        while (true)
        {
            var info = await InfoAsync(port, ct);
            if (info.Contains($"process_id:{child.Id}\r", StringComparison.Ordinal) && info.Contains("\nloading:0\r", StringComparison.Ordinal))
            {
                return port;
            }

            await Task.Delay(Poll, options.Time, ct);
        }
    }

    private static async Task<string> InfoAsync(int port, CancellationToken ct)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, ct);
            await using var stream = client.GetStream();
            await stream.WriteAsync("INFO\r\nQUIT\r\n"u8.ToArray(), ct);
            using var reader = new StreamReader(stream, Encoding.ASCII);

            return await reader.ReadToEndAsync(ct);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return "";
        }
    }
}
