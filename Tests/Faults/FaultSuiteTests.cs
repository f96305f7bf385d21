using CloudIa.Faults;
using CloudIa.Faults.Configuration;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Faults;

/// <summary>The short form of the suite: all of its parts, few jobs. The long one is <c>dotnet run -c Release --project Faults</c>.</summary>
public sealed class FaultSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_is_lost_doubled_stuck_leaked_or_spliced_when_services_are_killed_between_two_operations()
    {
        using var said = new StringWriter();
        var options = new FaultOptions { Jobs = 40, Kills = 5, Only = ["points"], LongestBreak = TimeSpan.FromMinutes(2) };

        var report = await FaultProgram.RunAsync(options, TextWriter.Null, said, TimeProvider.System);

        output.WriteLine(said.ToString());
        report.Findings.ShouldBe(0, said.ToString());
        report.Results.Sum(x => x.Jobs).ShouldBeGreaterThanOrEqualTo(options.Jobs);
        report.Results.Sum(x => x.Kills).ShouldBeGreaterThanOrEqualTo(1);
    }
}
