using System.Globalization;
using System.Runtime.InteropServices;

namespace CloudIa.Local.StandIns;

/// <summary>DynamoDB: dynoxide, one binary over SQLite.</summary>
/// <remarks>Items whose time to live has passed stay readable for minutes, as on AWS. With a data folder its writers queue up: tests use memory.</remarks>
public sealed class DynamoDbStandIn : ChildStandIn
{
    private DynamoDbStandIn(ChildProcess child, int port)
        : base(child, port)
    {
    }

    public Uri ServiceUrl => new($"http://127.0.0.1:{Port}");

    public static async Task<DynamoDbStandIn> StartAsync(InstalledStandIns installed, StandInOptions options, CancellationToken ct = default)
    {
        var dynoxide = installed.Dynoxide ?? throw new StandInException(
            $"There is no package of the DynamoDB stand-in for {RuntimeInformation.RuntimeIdentifier}, only for Linux on x64. Start a DynamoDB Local " +
            "of your own and set Store:ServiceUrl to it, or set Store:Region to use DynamoDB itself.");

        string[] data = [];
        if (options.DataFolder is not null)
        {
            Directory.CreateDirectory(options.DataFolder);
            data = ["--db-path", Path.Combine(Path.GetFullPath(options.DataFolder), "dynamodb.sqlite")];
        }

        var (child, port) = await Launcher.StartAsync(
            port => new()
            {
                Name = "DynamoDB stand-in (dynoxide)",
                FileName = dynoxide,
                Arguments = ["serve", "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), .. data],
                WorkingFolder = installed.Folder,
                Announcement = "listening on",
            },
            (child, port, token) => UntilReadyAsync(child, port, options, token),
            options,
            ct);

        return new(child, port);
    }

    private static async Task<int> UntilReadyAsync(ChildProcess child, int port, StandInOptions options, CancellationToken ct)
    {
        // First what it says itself: another program may have taken the port meanwhile, and answer.
        await child.Announced.WaitAsync(ct);
        await Launcher.UntilAnswersAsync(
            new Uri($"http://127.0.0.1:{port}/"), response => response.Headers.Contains("x-dynoxide-version"), options, ct);

        return port;
    }
}
