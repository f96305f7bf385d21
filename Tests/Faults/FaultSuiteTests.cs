using CloudIa.Faults;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Mistakes;
using CloudIa.Local.StandIns;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Faults;

/// <summary>
/// The short form of the suite: all of its parts over real processes, few jobs. The long one is <c>dotnet run -c Release --project Faults</c>, and with
/// <c>--mistakes</c> the mistakes' one.
/// </summary>
/// <remarks>
/// Alone, when all other tests have ended: seven processes that are killed and started again need the machine. Beside other tests they stood still for so long that
/// messages came five times and became dead letters, which is what that is for, and no fault of the services.
/// </remarks>
[Collection(nameof(FaultSuite))]
public sealed class FaultSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_is_lost_doubled_stuck_leaked_or_spliced()
    {
        using var said = new StringWriter();
        var options = new FaultOptions
        {
            Jobs = 120,
            Kills = 12,
            Rounds = 1,
            LongestBreak = TimeSpan.FromMinutes(2),
            Only = ["points", "kills-and-all", "redis-killed", "redis-lost", "rolling"],
        };

        var report = await FaultProgram.RunAsync(options, TextWriter.Null, said, TimeProvider.System);

        output.WriteLine(said.ToString());
        report.Findings.ShouldBe(0, said.ToString());
        report.Crashes.ShouldBe(0, said.ToString());
        report.Results.Select(x => x.Name).ShouldBe(RedisServerStandIn.IsAvailable ? options.Only : options.Only.Except(["redis-killed"]), ignoreOrder: true);
        report.Results.Sum(x => x.Jobs).ShouldBeGreaterThanOrEqualTo(options.Jobs);
        report.Results.Single(x => x.Name == "points").HitPoints.Count.ShouldBeGreaterThan(1);
        report.Results.Single(x => x.Name == "kills-and-all").Kills.ShouldBePositive();
        report.Results.Where(x => x.Name != "points").ShouldAllBe(x => x.Kills > 0 || x.Faults > 0);
    }

    [Theory]
    [InlineData("no-reset")]
    [InlineData("no-sweeper")]
    [InlineData("two-ends")]
    public async Task A_known_mistake_in_the_services_is_found(string mistake)
    {
        using var said = new StringWriter();

        var results = await FaultProgram.RunMistakesAsync(new FaultOptions { LongestBreak = TimeSpan.FromMinutes(2) }, [mistake], said, TimeProvider.System);

        output.WriteLine(said.ToString());
        results.ShouldHaveSingleItem().Made.ShouldBePositive();
        results[0].IsCaught.ShouldBeTrue($"{AllMistakes.List.Single(x => x.Name == mistake).Title}: {said}");
    }
}

[CollectionDefinition(nameof(FaultSuite), DisableParallelization = true)]
public sealed class FaultSuite;
