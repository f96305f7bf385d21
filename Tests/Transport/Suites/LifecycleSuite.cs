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
    public async Task What_is_before_a_poll_holds_up_receiving_and_nothing_else()
    {
        var inbox = new Inbox<int>();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.BeforePoll = stopping => open.Task.WaitAsync(stopping);
            e.Handler<Ping>(x => Add(inbox, x));
        }));

        await bus.SendAsync(Queue, new Ping { Number = 1 });
        await Eventually.Is(async () => await bus.CountAsync(Queue) == 1, "it waits in the queue");
        inbox.Items.ShouldBeEmpty();

        open.SetResult();
        (await inbox.Reaches(1)).ShouldBe([1]);
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
    public async Task A_stop_ends_that_comes_while_topology_alone_is_deployed()
    {
        var pause = new PauseWhenReady(Queue);
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.DeployTopologyOnly = true;
            cfg.ReceiveEndpoint(Queue, e =>
            {
                e.Handler<Ping>(_ => Task.CompletedTask);
                e.ConnectReceiveEndpointObserver(pause);
            });
        });

        var stopped = bus.StopAsync();
        await pause.Stopping.WaitAsync(TestContext.Current.CancellationToken);
        pause.GoOn();

        await stopped.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_stop_ends_that_comes_before_an_endpoint_receives()
    {
        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(_ => { }, http: http);
        http.Before = name =>
        {
            if (name != "CreateQueue")
                return Task.CompletedTask;
            asked.TrySetResult();
            return goOn.Task;
        };
        var pause = new PauseWhenReady(Queue);
        pause.GoOn();
        var handle = bus.Control.ConnectReceiveEndpoint(Queue, e =>
        {
            e.Handler<Ping>(_ => Task.CompletedTask);
            e.ConnectReceiveEndpointObserver(pause);
        });
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);

        var stopped = handle.StopAsync(TestContext.Current.CancellationToken);
        await pause.Stopping.WaitAsync(TestContext.Current.CancellationToken);
        goOn.SetResult();

        await stopped.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Health_and_probe_tell_of_the_endpoint()
    {
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(_ => Task.CompletedTask)));

        // MassTransit lets the start return just before it notes the last endpoint's health: ReceiveEndpoint tells its start observer first.
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy, "the bus is healthy");
        bus.Control.CheckHealth().Endpoints.Keys.ShouldContain(x => x.EndsWith(Queue, StringComparison.Ordinal));
        JsonSerializer.Serialize(bus.Control.GetProbeResult(TestContext.Current.CancellationToken).Results)
            .ShouldContain("\"inFlightCapReached\":false");
    }

    /// <summary>Holds an endpoint just after it is ready, until it is being stopped.</summary>
    private sealed class PauseWhenReady(string queue) : IReceiveEndpointObserver
    {
        private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stopping => _stopping.Task;

        public void GoOn() => _goOn.TrySetResult();

        Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready) => IsMine(ready.InputAddress) ? _goOn.Task : Task.CompletedTask;

        Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping)
        {
            if (IsMine(stopping.InputAddress))
                _stopping.TrySetResult();
            return Task.CompletedTask;
        }

        Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

        Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

        private bool IsMine(Uri address) => address.AbsolutePath.EndsWith(queue, StringComparison.Ordinal);
    }

    private static Task Add(Inbox<int> inbox, ConsumeContext<Ping> context)
    {
        inbox.Add(context.Message.Number);
        return Task.CompletedTask;
    }
}
