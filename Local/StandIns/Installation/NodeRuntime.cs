using System.Runtime.InteropServices;

namespace CloudIa.Local.StandIns;

/// <summary>The Node.js that the machine has, which installs the packages and, where no package brings a newer one, runs them.</summary>
internal static class NodeRuntime
{
    /// <summary>For npm with a lock file as ours.</summary>
    public static readonly Version NeededByNpm = new(20, 0);

    /// <summary>fauxqs imports <c>node:sqlite</c>, which came with this version.</summary>
    public static readonly Version NeededByFauxqs = new(22, 5);

    /// <summary>The binary packages in our lock file are for Linux x64; the one of Node needs glibc besides.</summary>
    public static bool HasPackage => IsLinuxX64 && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    public static bool IsLinuxX64 => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;

    private const string HowToGetIt =
        "Install a current Node.js, which brings npm: from nodejs.org, or with your system's package manager, and see " +
        "that `node --version` works in this shell.";

    private const string WhatFor =
        "The stand-ins for SQS, SNS and DynamoDB of a local run are npm packages. " +
        "(To run without them, set Messaging:ServiceUrl or Messaging:Region, and Store:ServiceUrl or Store:Region, to services that exist.)";

    /// <returns>The paths of node and npm, checked.</returns>
    /// <exception cref="StandInException">One is missing or too old.</exception>
    public static async Task<(string Node, string Npm)> FindAsync(InstallOptions options, CancellationToken ct)
    {
        var needed = HasPackage ? NeededByNpm : NeededByFauxqs;
        var node = Executables.Find("node", options.SearchPath)
            ?? throw new StandInException($"Node.js {needed} or later is needed, and there is no `node` on PATH. {WhatFor} {HowToGetIt}");

        var version = await VersionAsync(node, options, ct);
        if (version < needed)
        {
            throw new StandInException(
                $"Node.js {needed} or later is needed on {RuntimeInformation.RuntimeIdentifier}, and {node} is {version}. {WhatFor} {HowToGetIt}");
        }

        var npm = Executables.Find("npm", options.SearchPath)
            ?? throw new StandInException(
                $"npm is needed, and is not on PATH, though Node.js {version} is ({node}). {WhatFor} Some systems have npm in a package of its own (`npm`). {HowToGetIt}");

        return (node, npm);
    }

    private static async Task<Version> VersionAsync(string node, InstallOptions options, CancellationToken ct)
    {
        await using var process = ChildProcess.Start(
            new()
            {
                Name = "node --version",
                FileName = node,
                Arguments = ["--version"],
                WorkingFolder = Path.GetTempPath(),
            },
            options.Time);
        await process.Exited.WaitAsync(ct);

        return Version.TryParse(process.Output.TrimStart('v'), out var version)
            ? version
            : throw new StandInException($"`{node} --version` said \"{process.Output}\" (exit code {process.ExitCode}), which is no version. {HowToGetIt}");
    }
}
