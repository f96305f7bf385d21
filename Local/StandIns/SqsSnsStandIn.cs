using System.Globalization;

namespace CloudIa.Local.StandIns;

/// <summary>SQS and SNS: fauxqs on Node.js.</summary>
/// <remarks>
/// It has no IAM, throttling, retention, message move tasks or in-flight cap, and a receive that the client cancels
/// swallows the next message until its visibility ends: let polls finish.
/// </remarks>
public sealed class SqsSnsStandIn : ChildStandIn
{
    private const string Announcement = "listening on 127.0.0.1:";

    /// <summary>Of V8's old space, in MB: messages wait in memory. A burst of 100,000 small ones needs about 150.</summary>
    private const int HeapLimit = 384;

    private SqsSnsStandIn(ChildProcess child, int port)
        : base(child, port)
    {
    }

    /// <summary>For both services. Queue URLs that it returns have another host name; requests still go here.</summary>
    public Uri ServiceUrl => new($"http://127.0.0.1:{Port}");

    public static async Task<SqsSnsStandIn> StartAsync(InstalledStandIns installed, StandInOptions options, CancellationToken ct = default)
    {
        // It chooses a free port itself, without a race.
        string[] port = ["--port", (options.Port ?? 0).ToString(CultureInfo.InvariantCulture)];
        string[] data = [];
        if (options.DataFolder is not null)
        {
            Directory.CreateDirectory(options.DataFolder);
            data = ["--data-dir", Path.GetFullPath(options.DataFolder)];
        }

        var (child, actual) = await Launcher.StartAsync(
            _ => new()
            {
                Name = "SQS/SNS stand-in (fauxqs)",
                FileName = installed.Node,
                Arguments =
                [
                    "--disable-warning=ExperimentalWarning", $"--max-old-space-size={HeapLimit}", "--optimize-for-size",
                    installed.FauxqsLauncher, .. port, .. data,
                ],
                WorkingFolder = installed.Folder,
                WatchesStdin = true,
                Announcement = Announcement,
            },
            (child, _, token) => UntilReadyAsync(child, options, token),
            options,
            ct);

        return new(child, actual);
    }

    private static async Task<int> UntilReadyAsync(ChildProcess child, StandInOptions options, CancellationToken ct)
    {
        var line = await child.Announced.WaitAsync(ct);
        var port = int.Parse(line.AsSpan(Announcement.Length), CultureInfo.InvariantCulture);
        await Launcher.UntilAnswersAsync(new Uri($"http://127.0.0.1:{port}/health"), _ => true, options, ct);

        return port;
    }
}
