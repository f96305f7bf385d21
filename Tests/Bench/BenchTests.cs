using System.Diagnostics;
using System.Text.Json;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Counting;
using CloudIa.Bench.Listening;
using CloudIa.Bench.Reporting;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Bench;

/// <summary>The bench in small, as its own program: that it runs, and counts right. Its times are nobody's business here.</summary>
public sealed class BenchTests(StandInsFixture standIns)
{
    private const string Alone = "alone";
    private const string AtOnce = "at once";

    [Fact]
    public async Task A_job_takes_the_requests_and_redis_commands_that_it_should()
    {
        var figures = await RunAsync("--quick", "--alone", "5", "--jobs", "50");

        foreach (var subject in new[] { "floor", "ours" })
        {
            figures[subject, $"{Alone}: {Requests.Send} a job"].ShouldBe(4);
            figures[subject, $"{Alone}: {Requests.Publish} a job"].ShouldBe(4);
            figures[subject, $"{Alone}: {Requests.Poll} a job"].ShouldBe(8);
            figures[subject, $"{Alone}: Redis commands a job"].ShouldBe(8);
        }

        figures["floor", $"{Alone}: {Requests.Delete} a job"].ShouldBe(8);
        figures["floor", $"{Alone}: requests a job"].ShouldBe(24);
        // Deletes wait for each other a little: those of the saga's four events can share a request.
        figures["ours", $"{Alone}: {Requests.Delete} a job"].ShouldBeInRange(5, 8);
        figures["in memory", $"{Alone}: Redis commands a job"].ShouldBe(8);
    }

    [Fact]
    public async Task Many_jobs_at_once_share_their_requests()
    {
        var figures = await RunAsync("--quick", "--alone", "1", "--jobs", "200");

        foreach (var subject in new[] { "floor", "ours" })
        {
            figures[subject, $"{AtOnce}: {Requests.Send} a job"].ShouldBeInRange(0.4, 2);
            figures[subject, $"{AtOnce}: requests a job"].ShouldBeInRange(2.4, 12);
        }
    }

    [Fact]
    public async Task Listeners_lose_no_frame_and_stay_connected()
    {
        var figures = await RunAndShowAsync("### From POST /chat to the tokens", "listening", "--quick", "--answers", "1");

        figures["ours", "frames lost, repeated or out of order"].ShouldBe(0);
        figures["ours", "connections lost"].ShouldBe(0);
        figures["ours", "idle connections that did not hear their first event"].ShouldBe(0);
        figures["ours", "connections held"].ShouldBe(120);
        figures["bare", "resident, kB"].ShouldBeGreaterThan(0);
        figures["own hops", "until the first token, p50, ms"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_wrong_argument_is_named_with_what_is_right() =>
        Should.Throw<FormatException>(() => BenchArguments.Parse(["--rounds", "none"])).Message
            .ShouldSatisfyAllConditions(x => x.ShouldContain("none"), x => x.ShouldContain(BenchArguments.Usage));

    [Theory]
    [InlineData("--only", "jobs")]
    [InlineData("--prefetch", "10")]
    [InlineData("--outbox", "memory", "--quick")]
    public void Some_of_the_tables_do_not_take_the_others_out_of_the_page(params string[] arguments) =>
        Should.Throw<FormatException>(() => BenchArguments.Parse([.. arguments, "--write-docs"])).Message.ShouldStartWith("--write-docs would");

    [Theory]
    [InlineData("≤ 10", 10, true)]
    [InlineData("≤ 10", 10.1, false)]
    [InlineData("≥ 800", 799, false)]
    [InlineData("flat", 1, null)]
    public void A_bound_says_whether_it_is_reached(string goal, double value, bool? reached) => new Metric("m", goal).IsReached(value).ShouldBe(reached);

    [Theory]
    [InlineData("--idle", "none")]
    [InlineData("--idel", "8")]
    [InlineData("--quick", "--write-docs")]
    [InlineData("--only", "latency", "--write-docs")]
    [InlineData("--only", "memroy")]
    public void A_wrong_argument_of_the_listening_bench_is_named_with_what_is_right(params string[] arguments) =>
        Should.Throw<FormatException>(() => ListeningOptions.Parse(arguments)).Message.ShouldSatisfyAllConditions(x => x.ShouldContain(arguments[^1] == "8" ? "--idel" : arguments[^1]), x => x.ShouldContain(ListeningOptions.Usage));

    [Fact]
    public void A_quick_run_can_be_changed_by_what_comes_after_it()
    {
        var options = BenchArguments.Parse(["--quick", "--rounds", "3", "--prefetch", "10,20", "--outbox", "none"]);

        options.Rounds.ShouldBe(3);
        options.Prefetches.ShouldBe([10, 20]);
        options.UsualPrefetch.ShouldBe(10);
        options.Outbox.ShouldBe("none");
        options.Only.ShouldBe(["jobs"]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 2.5)]
    [InlineData(100, 4)]
    public void A_percentile_lies_between_its_neighbours(double percent, double value) =>
        Statistics.Percentile([4, 1, 3, 2], percent).ShouldBe(value);

    private Task<Figures> RunAsync(params string[] arguments) => RunAndShowAsync("| alone: requests a job |", arguments);

    private async Task<Figures> RunAndShowAsync(string heading, params string[] arguments)
    {
        // What the bench starts it installs where the tests do.
        await standIns.InstalledAsync();
        var file = Path.Combine(standIns.NewFolder("bench"), "figures.json");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(Infrastructure.Checkout.Output("Bench"), "CloudIa.Bench.dll") }.Concat(arguments).Concat(["--json", file]))
            start.ArgumentList.Add(argument);
        using var bench = Process.Start(start)!;
        try
        {
            var output = bench.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = await bench.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await bench.WaitForExitAsync(TestContext.Current.CancellationToken);

            bench.ExitCode.ShouldBe(0, errors);
            (await output).ShouldContain(heading);
        }
        finally
        {
            // One that hangs does not outlive the test.
            bench.Kill(entireProcessTree: true);
        }

        await using var json = File.OpenRead(file);
        return new Figures(await JsonDocument.ParseAsync(json, cancellationToken: TestContext.Current.CancellationToken));
    }

    private sealed class Figures(JsonDocument json)
    {
        public double this[string subject, string metric] => json.RootElement.GetProperty("Measurements").EnumerateArray()
            .First(x => x.GetProperty("Subject").GetString() == subject && x.GetProperty("Metric").GetString() == metric)
            .GetProperty("Median").GetDouble();
    }
}
