using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <summary>A service that must not start, as its own program: it says why, one in a line, and exits with 1.</summary>
public sealed class RefusedStartTests
{
    [Theory]
    [InlineData("Sagas", "Jobs:InvokingDeadline", "Jobs:Lifetime", "--environment=Development", "--Jobs:Lifetime=00:05:00")]
    [InlineData("Processor", "Processor:RedeliveryLimit", "Jobs:StepDeadline", "--environment=Development", "--Jobs:StepDeadline=00:03:00")]
    [InlineData("Notifier", "Notifier:Redeliveries", "Jobs:StepDeadline", "--environment=Development", "--Notifier:Redeliveries=9")]
    [InlineData("Api", "Store:MaxErrorRetry is 11", "not from 0 to 10", "--environment=Development", "--Store:MaxErrorRetry=11")]
    [InlineData("Api", "The environment is 'Production'", "refuses to start", "--environment=Production")]
    [InlineData("Notifier", "The environment is 'Production'", "refuses to start", "--environment=Production")]
    public async Task It_says_what_is_wrong_in_one_line_and_exits_with_1(string project, string one, string other, params string[] arguments)
    {
        await using var process = ChildProcess.Start(
            new ChildProcessStart
            {
                Name = project,
                FileName = "dotnet",
                Arguments = [Path.Combine(Checkout.Output(project), $"CloudIa.{project}.dll"), "--urls=http://127.0.0.1:0", "--Redis:ConnectionString=127.0.0.1:9", .. arguments],
                WorkingFolder = Checkout.Output(project),
            },
            TimeProvider.System);

        await process.Exited.WaitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(1, process.Output);
        var line = process.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
        line.ShouldContain(one);
        line.ShouldContain(other);
    }
}
