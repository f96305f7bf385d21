using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class OutageSuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task The_bus_is_unhealthy_until_the_broker_comes_and_again_while_it_is_away()
    {
        var http = Backend.NewHttp();
        var inbox = new Inbox<int>();
        var queue = Backend.UniqueName("patient");
        Break(http);
        await using var bus = await Backend.CreateAsync(cfg =>
            cfg.ReceiveEndpoint(queue, e =>
            {
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
        var http = Backend.NewHttp();
        Break(http);
        await using var bus = await Backend.CreateAsync(_ => { }, http: http);

        var started = bus.Control.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.Is(() => http.Calls.Count > 0, "the bus tries to connect");
        bus.Control.CheckHealth().Status.ShouldBe(BusHealthStatus.Unhealthy);

        Mend(http);
        await started;
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy, "healthy");
    }

    private static void Break(CountingHttp http) =>
        http.Before = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "the broker is away");

    private static void Mend(CountingHttp http) => http.Before = _ => Task.CompletedTask;
}
