using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Local;

public sealed class StandInLifetimeTests(StandInsFixture standIns)
{
    public static TheoryData<string> Children => ["sqs", "dynamodb", "redis"];

    [Theory]
    [MemberData(nameof(Children))]
    public async Task It_serves_on_loopback_only_when_started_and_is_gone_when_disposed(string which)
    {
        await using var own = standIns.Own();
        var standIn = await StartAsync(own, which);

        Listeners(standIn.Port).ShouldBe([IPAddress.Loopback]);

        await standIn.DisposeAsync();
        Listeners(standIn.Port).ShouldBeEmpty();
        IsAlive(standIn.ProcessId).ShouldBeFalse();
        standIn.Died.IsCompleted.ShouldBeFalse("It was stopped on purpose.");
    }

    [Theory]
    [MemberData(nameof(Children))]
    public async Task It_says_that_it_died_when_another_kills_it(string which)
    {
        await using var own = standIns.Own();
        var standIn = await StartAsync(own, which);

        using (var process = Process.GetProcessById(standIn.ProcessId!.Value))
        {
            process.Kill();
        }

        var message = await standIn.Died.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        message.ShouldContain("exit code 137");
    }

    [Theory]
    [MemberData(nameof(Children))]
    public async Task It_comes_back_on_the_port_it_is_given(string which)
    {
        await using var own = standIns.Own();
        var first = await StartAsync(own, which);
        await first.DisposeAsync();

        var second = await StartAsync(own, which, first.Port);

        second.Port.ShouldBe(first.Port);
    }

    [Theory]
    [MemberData(nameof(Children))]
    [InlineData("garnet")]
    public async Task A_given_port_that_is_taken_is_an_error_that_names_the_port(string which)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var own = standIns.Own();

        var error = await Should.ThrowAsync<StandInException>(() => StartAsync(own, which, port));

        error.Message.ShouldContain($"127.0.0.1:{port}");
    }

    [Fact]
    public async Task Two_Garnets_run_side_by_side()
    {
        await using var own = standIns.Own();

        var first = await own.GarnetAsync();
        var second = await own.GarnetAsync();

        second.Port.ShouldNotBe(first.Port);
        await first.DisposeAsync();
        Listeners(first.Port).ShouldBeEmpty();
    }

    private static async Task<IStandIn> StartAsync(OwnStandIns own, string which, int? port = null) => which switch
    {
        "sqs" => await own.SqsAsync(port: port),
        "dynamodb" => await own.DynamoDbAsync(port: port),
        "redis" => await own.RedisAsync(port: port),
        _ => await own.GarnetAsync(port: port),
    };

    private static IPAddress[] Listeners(int port) =>
        [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(x => x.Port == port).Select(x => x.Address)];

    private static bool IsAlive(int? processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId!.Value);

            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
