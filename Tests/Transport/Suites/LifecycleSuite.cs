using System.Text.Json;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class LifecycleSuite(Backend backend) : TransportSuite(backend)
{
    private string Queue => field ??= Backend.UniqueName("life");

    [Fact]
    public async Task Endpoints_come_and_go_at_run_time()
    {
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(_ => { });

        var handle = bus.Control.ConnectReceiveEndpoint(Queue, e => e.Handler<Ping>(x => Add(inbox, x)));
        await handle.Ready;
        await bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken);
        await inbox.Reaches(1);
        await handle.StopAsync(TestContext.Current.CancellationToken);
        await bus.Control.Publish(new Ping { Number = 2 }, TestContext.Current.CancellationToken);
        await Eventually.Is(async () => await bus.CountAsync(Queue) == 1, "it waits in the queue");

        inbox.Items.ShouldBe([1]);
        await bus.Control.ConnectReceiveEndpoint(Queue, e => e.Handler<Ping>(x => Add(inbox, x))).Ready;
        (await inbox.Reaches(2)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_stop_under_load_loses_and_doubles_nothing()
    {
        const int count = 300;
        var handled = new Inbox<int>();
        void Configure(IAmazonSqsBusFactoryConfigurator cfg) => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = 40;
            e.ConcurrentMessageLimit = 8;
            e.Handler<Ping>(x => Add(handled, x));
        });
        await using var sender = await Backend.StartAsync(_ => { });
        await using var first = await Backend.StartAsync(Configure);
        var sends = Task.WhenAll(Enumerable.Range(0, count).Select(x => sender.SendAsync(Queue, new Ping { Number = x })));
        await handled.Reaches(50);
        await first.StopAsync();
        await sends;

        // Deletes of what was handled before the stop are through: the second sees none of it.
        await using var second = await Backend.StartAsync(Configure);
        await handled.Reaches(count);
        await second.IsEmptyAsync(Queue);

        handled.Items.Order().ShouldBe(Enumerable.Range(0, count));
    }

    [Fact]
    public async Task A_purge_empties_the_queue_at_the_first_start_alone()
    {
        var inbox = new Inbox<int>();
        await using var sender = await Backend.StartAsync(_ => { });
        await sender.SendAsync(Queue, new Ping { Number = 1 });

        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.PurgeOnStartup = true;
            e.Handler<Ping>(x => Add(inbox, x));
        }));
        await sender.SendAsync(Queue, new Ping { Number = 2 });
        await inbox.Reaches(1);
        await bus.StopAsync();
        await sender.SendAsync(Queue, new Ping { Number = 3 });
        await bus.Control.StartAsync(TestContext.Current.CancellationToken);

        (await inbox.Reaches(2)).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Deploying_the_topology_alone_receives_nothing()
    {
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.DeployTopologyOnly = true;
            cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(_ => Task.CompletedTask));
        }, http: http);

        await bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken);

        (await bus.CountAsync(Queue)).ShouldBe(1);
        http.Count("ReceiveMessage").ShouldBe(0);
    }

    [Fact]
    public async Task Health_and_probe_tell_of_the_endpoint()
    {
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(_ => Task.CompletedTask)));

        var health = bus.Control.CheckHealth();
        health.Status.ShouldBe(BusHealthStatus.Healthy);
        health.Endpoints.Keys.ShouldContain(x => x.EndsWith(Queue, StringComparison.Ordinal));
        JsonSerializer.Serialize(bus.Control.GetProbeResult(TestContext.Current.CancellationToken).Results)
            .ShouldContain("\"inFlightCapReached\":false");
    }

    private static Task Add(Inbox<int> inbox, ConsumeContext<Ping> context)
    {
        inbox.Add(context.Message.Number);
        return Task.CompletedTask;
    }
}
