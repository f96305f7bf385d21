using System.Diagnostics;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class OutageTests(StandInsFixture standIns)
{
    [Fact]
    public async Task The_bus_is_unhealthy_until_the_broker_comes_and_again_while_it_is_away()
    {
        var http = new CountingHttp();
        var inbox = new Inbox<int>();
        var queue = standIns.UniqueName("patient");
        Break(http);
        await using var bus = await TestBus.CreateAsync(await standIns.SqsUrl(), standIns.UniqueName("s"), cfg =>
            cfg.ReceiveEndpoint(queue, e =>
            {
                e.WaitTimeSeconds = 1;
                e.Handler<Ping>(x =>
                {
                    inbox.Add(x.Message.Number);
                    return Task.CompletedTask;
                });
            }), http: http);

        var started = bus.Control.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.Is(() => http.Calls.Count > 0, "the bus tries to connect");
        bus.Control.CheckHealth().Status.ShouldBe(BusHealthStatus.Unhealthy);

        Mend(http);
        await started;
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy, "healthy");
        await bus.SendAsync(queue, new Ping { Number = 1 });
        await inbox.Reaches(1);

        Break(http);
        await Eventually.Is(() => bus.Control.CheckHealth().Status != BusHealthStatus.Healthy, "not healthy", 60);

        Mend(http);
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy, "healthy again", 60);
        await bus.SendAsync(queue, new Ping { Number = 2 });
        (await inbox.Reaches(2)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_bus_without_endpoints_knows_too_when_the_broker_is_away()
    {
        var http = new CountingHttp();
        Break(http);
        await using var bus = await TestBus.CreateAsync(await standIns.SqsUrl(), standIns.UniqueName("s"), _ => { }, http: http);

        var started = bus.Control.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.Is(() => http.Calls.Count > 0, "the bus tries to connect");
        bus.Control.CheckHealth().Status.ShouldBe(BusHealthStatus.Unhealthy);

        Mend(http);
        await started;
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy, "healthy");
    }

    [Fact]
    public async Task A_send_to_a_dead_endpoint_fails_with_an_exception_within_seconds()
    {
        await using var bus = await TestBus.StartAsync(standIns, _ => { });
        // Nobody listens on port 9 (discard).
        await using var dead = await TestBus.CreateAsync(new Uri("http://127.0.0.1:9"), standIns.UniqueName("s"), _ => { });
        var started = dead.Control.StartAsync(CancellationToken.None);

        var watch = Stopwatch.StartNew();
        var failure = await Should.ThrowAsync<AmazonSqsConnectionException>(() => dead.SendAsync("nowhere", new Ping { Number = 1 }));

        // Three attempts and their pauses; minutes would be a caller that hangs.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        failure.Message.ShouldContain("nowhere");
        started.IsCompletedSuccessfully.ShouldBeFalse();
    }

    private static void Break(CountingHttp http) =>
        http.Before = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "the broker is away");

    private static void Mend(CountingHttp http) => http.Before = _ => Task.CompletedTask;
}
