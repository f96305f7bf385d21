using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class SendAndReceiveSuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task A_sent_message_arrives_once_with_its_ids_and_headers()
    {
        var queue = Backend.UniqueName("ping");
        var inbox = new Inbox<ConsumeContext<Ping>>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e => Handle(e, inbox.Add)));

        var endpoint = await bus.Control.GetSendEndpoint(new Uri($"queue:{queue}"));
        var correlation = NewId.NextGuid();
        await endpoint.Send(new Ping { Number = 7, Text = "héllo" }, x =>
        {
            x.CorrelationId = correlation;
            x.Headers.Set("tenant", "blue");
        }, TestContext.Current.CancellationToken);

        var received = await inbox.Next();
        received.Message.ShouldBe(new Ping { Number = 7, Text = "héllo" });
        received.CorrelationId.ShouldBe(correlation);
        received.Headers.Get<string>("tenant").ShouldBe("blue");
        received.ReceiveContext.Redelivered.ShouldBeFalse();
        received.ReceiveContext.TransportHeaders.Get<string>("Content-Type").ShouldBe("application/vnd.masstransit+json");
        await Eventually.Is(async () =>
        {
            var attributes = await bus.AttributesAsync(queue);
            return attributes["ApproximateNumberOfMessages"] == "0" && attributes["ApproximateNumberOfMessagesNotVisible"] == "0";
        }, "the queue is empty again");
        inbox.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_published_event_reaches_every_queue_that_subscribes()
    {
        var (first, second) = (Backend.UniqueName("first"), Backend.UniqueName("second"));
        var (inFirst, inSecond) = (new Inbox<int>(), new Inbox<int>());
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ReceiveEndpoint(first, e => Handle(e, x => inFirst.Add(x.Message.Number)));
            cfg.ReceiveEndpoint(second, e => Handle(e, x => inSecond.Add(x.Message.Number)));
        });

        await bus.Control.Publish(new Ping { Number = 3 }, TestContext.Current.CancellationToken);

        (await inFirst.Next()).ShouldBe(3);
        (await inSecond.Next()).ShouldBe(3);
    }

    [Fact]
    public async Task An_event_nobody_subscribes_to_creates_its_topic_once()
    {
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(_ => { }, http: http);

        await bus.Control.Publish(new Unwanted(), TestContext.Current.CancellationToken);
        await bus.Control.Publish(new Unwanted(), TestContext.Current.CancellationToken);

        http.Count("CreateTopic").ShouldBe(1);
        http.Count("ListTopics").ShouldBe(0);
        http.Count("PublishBatch").ShouldBe(2);
    }

    [Fact]
    public async Task A_request_is_answered_over_the_bus_queue_which_goes_with_the_bus()
    {
        var queue = Backend.UniqueName("asked");
        var bus = await Backend.StartAsync(
            cfg => cfg.ReceiveEndpoint(queue, e => e.Handler<Ping>(x => x.RespondAsync(new Pong { Number = x.Message.Number + 1 }))));
        string busQueue;
        await using (bus)
        {
            var client = bus.Control.CreateRequestClient<Ping>(new Uri($"queue:{queue}"), RequestTimeout.After(s: 30));
            var response = await client.GetResponse<Pong>(new Ping { Number = 1 }, TestContext.Current.CancellationToken);

            response.Message.Number.ShouldBe(2);
            busQueue = bus.Control.Address.AbsolutePath.Split('/')[^1];
            (await bus.ExistsAsync(busQueue)).ShouldBeTrue();
        }

        await using var other = await Backend.StartAsync(_ => { });
        (await other.ExistsAsync(busQueue)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_bus_that_was_stopped_starts_again()
    {
        var queue = Backend.UniqueName("again");
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(
            cfg => cfg.ReceiveEndpoint(queue, e => Handle(e, x => inbox.Add(x.Message.Number))));
        await bus.SendAsync(queue, new Ping { Number = 1 });
        await inbox.Reaches(1);

        await bus.StopAsync();
        await bus.Control.StartAsync(TestContext.Current.CancellationToken);
        await bus.SendAsync(queue, new Ping { Number = 2 });

        (await inbox.Reaches(2)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_message_can_be_scheduled_through_the_queue()
    {
        var (queue, later) = (Backend.UniqueName("now"), Backend.UniqueName("later"));
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.UseDelayedMessageScheduler();
            cfg.ReceiveEndpoint(queue, e =>
            {
                e.Handler<Ping>(x =>
                    x.ScheduleSend(new Uri($"queue:{later}"), TimeSpan.FromSeconds(1), new Pong { Number = x.Message.Number }));
            });
            cfg.ReceiveEndpoint(later, e =>
            {
                e.Handler<Pong>(x =>
                {
                    inbox.Add(x.Message.Number);
                    return Task.CompletedTask;
                });
            });
        });

        await bus.SendAsync(queue, new Ping { Number = 8 });

        (await inbox.Next()).ShouldBe(8);
    }

    [Fact]
    public async Task A_FIFO_queue_keeps_the_order_of_a_group()
    {
        var queue = Backend.UniqueName("ordered") + ".fifo";
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            Handle(e, x => inbox.Add(x.Message.Number));
        }));
        var endpoint = await bus.Control.GetSendEndpoint(new Uri($"queue:{queue}"));

        for (var number = 0; number < 15; number++)
        {
            await endpoint.Send(new Ping { Number = number }, x =>
            {
                x.SetGroupId("one");
                x.SetDeduplicationId($"{x.MessageId}");
            }, TestContext.Current.CancellationToken);
        }

        (await inbox.Reaches(15)).ShouldBe(Enumerable.Range(0, 15));
    }

    private static void Handle(IAmazonSqsReceiveEndpointConfigurator endpoint, Action<ConsumeContext<Ping>> receive)
    {
        endpoint.Handler<Ping>(x =>
        {
            receive(x);
            return Task.CompletedTask;
        });
    }
}
