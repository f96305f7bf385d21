using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.JavaScript;

/// <summary>A folder of this repository with a package.json and its lock file, installed once for all tests of this process.</summary>
internal sealed class NodePackage
{
    /// <summary>Far more than an installation needs, even from a slow registry.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string[] _path;
    private readonly Lazy<Task<(string Node, string Npm)>> _installed;

    /// <param name="path">The folder, from the repository's root.</param>
    /// <param name="thenRun">A script of package.json to run after the installation; null: none.</param>
    public NodePackage(string[] path, string? thenRun = null)
    {
        _path = path;
        _installed = new(() => InstallAsync(thenRun));
    }

    /// <summary>Tests/JavaScript: other people's clients, as they are published.</summary>
    public static NodePackage JavaScript { get; } = new(["Tests", "JavaScript"]);

    private string Folder
    {
        get
        {
            Assert.SkipWhen(Checkout.Root is null, $"The tests run apart from their sources, so {string.Join('/', _path)} is not at hand.");
            return Path.Combine([Checkout.Root!, .. _path]);
        }
    }

    /// <summary>Runs a script of package.json.</summary>
    /// <returns>What it prints.</returns>
    public async Task<string> RunNpmScriptAsync(string name)
    {
        var (node, npm) = await _installed.Value;
        return await RunAsync(node, npm, "run", name);
    }

    /// <summary>Runs an ES module that may import what is installed. The test fails where it ends with another exit code than 0.</summary>
    /// <param name="arguments">Its <c>process.argv</c> from the second on.</param>
    /// <returns>The last lines that it prints, on stdout and stderr.</returns>
    public async Task<string> RunScriptAsync(string script, params string[] arguments)
    {
        var (node, _) = await _installed.Value;
        return await RunAsync(node, node, ["--input-type=module", "--eval", script, .. arguments]);
    }

    /// <summary>Where an installed file is.</summary>
    public async Task<string> FileAsync(params string[] path)
    {
        await _installed.Value;
        return Path.Combine([Folder, "node_modules", .. path]);
    }

    private async Task<(string Node, string Npm)> InstallAsync(string? thenRun)
    {
        var (node, npm) = await NodeRuntime.FindAsync(new InstallOptions { DataFolder = Checkout.DataFolder }, CancellationToken.None);
        await RunAsync(node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error");
        if (thenRun is not null)
            await RunAsync(node, npm, "run", thenRun);
        return (node, npm);
    }

    private async Task<string> RunAsync(string node, string program, params string[] arguments)
    {
        await using var process = ChildProcess.Start(
            new()
            {
                Name = Path.GetFileName(program),
                FileName = program,
                Arguments = arguments,
                WorkingFolder = Folder,
                SearchFirst = Path.GetDirectoryName(node),
            },
            TimeProvider.System);
        if (await Task.WhenAny(process.Exited, Task.Delay(Patience)) != process.Exited)
            throw new TimeoutException($"{program} {arguments.FirstOrDefault()} has not ended within {Patience}. It said:{Environment.NewLine}{process.Output}");
        process.ExitCode.ShouldBe(0, process.Output);
        return process.Output;
    }
}
