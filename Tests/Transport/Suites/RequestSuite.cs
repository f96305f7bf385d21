using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class RequestSuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task Two_buses_ask_the_same_service_and_each_gets_its_own_answer()
    {
        var queue = Backend.UniqueName("asked");
        await using var service = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(x => x.RespondAsync(new Pong { Number = x.Message.Number * 2 }));
        }));
        await using var first = await Backend.StartAsync(_ => { });
        await using var second = await Backend.StartAsync(_ => { });

        var answers = await Task.WhenAll(AskAsync(first, queue, 1), AskAsync(second, queue, 2), AskAsync(first, queue, 3));

        answers.ShouldBe([2, 4, 6]);
        first.Control.Address.ShouldNotBe(second.Control.Address);
    }

    [Fact]
    public async Task A_fault_answers_a_request()
    {
        var queue = Backend.UniqueName("asked");
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(_ => throw new InvalidOperationException("no answer"));
        }));

        var fault = await Should.ThrowAsync<RequestFaultException>(() => AskAsync(bus, queue, 1));

        fault.Fault!.Exceptions.ShouldHaveSingleItem().Message.ShouldBe("no answer");
    }

    [Fact]
    public async Task A_bus_queue_is_made_when_it_is_needed_and_goes_with_the_bus()
    {
        var queue = Backend.UniqueName("asked");
        await using var service = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(x => x.RespondAsync(new Pong { Number = x.Message.Number }));
        }));
        var bus = await Backend.StartAsync(_ => { });
        var busQueue = bus.Control.Address.AbsolutePath.Split('/')[^1];
        (await service.ExistsAsync(busQueue)).ShouldBeFalse();

        await AskAsync(bus, queue, 1);
        (await service.ExistsAsync(busQueue)).ShouldBeTrue();
        var attributes = await service.AttributesAsync(busQueue);
        await bus.DisposeAsync();

        (await service.ExistsAsync(busQueue)).ShouldBeFalse();
        // What a killed process leaves behind: it must not hoard answers nobody waits for.
        attributes["MessageRetentionPeriod"].ShouldBe("3600");
    }

    [Fact]
    public async Task A_temporary_endpoint_takes_its_queue_subscription_and_temporary_topic_with_it()
    {
        var inbox = new Inbox<int>();
        var http = Backend.NewHttp();
        string? queue = null;
        await using var other = await Backend.StartAsync(_ => { });
        await using (var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(e =>
        {
            queue = e.InputAddress.AbsolutePath.Split('/')[^1];
            e.Handler<Passing>(x =>
            {
                inbox.Add(x.Message.Number);
                return Task.CompletedTask;
            });
        }), http: http))
        {
            await bus.Control.Publish(new Passing { Number = 4 }, TestContext.Current.CancellationToken);
            (await inbox.Next()).ShouldBe(4);
        }

        (await other.ExistsAsync(queue!)).ShouldBeFalse();
        http.Count("Unsubscribe").ShouldBe(1);
        http.Count("DeleteTopic").ShouldBe(1);
    }

    [Fact]
    public async Task A_temporary_topic_stays_while_another_still_subscribes()
    {
        var scope = Backend.UniqueName("s");
        var inbox = new Inbox<int>();
        var http = Backend.NewHttp();
        void Configure(IAmazonSqsBusFactoryConfigurator cfg) => cfg.ReceiveEndpoint(e => e.Handler<Passing>(x =>
        {
            inbox.Add(x.Message.Number);
            return Task.CompletedTask;
        }));

        await using var stays = await Backend.StartAsync(Configure, scope: scope);
        var leaves = await Backend.StartAsync(Configure, http: http, scope: scope);
        await leaves.DisposeAsync();
        http.Count("DeleteTopic").ShouldBe(0);

        await stays.Control.Publish(new Passing { Number = 1 }, TestContext.Current.CancellationToken);
        (await inbox.Next()).ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_to_a_process_that_is_gone_leaves_no_queue_behind()
    {
        var (queue, gone) = (Backend.UniqueName("asked"), Backend.UniqueName("gone"));
        var answered = new Inbox<int>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(async x =>
            {
                await x.RespondAsync(new Pong { Number = 1 });
                answered.Add(1);
            });
        }));

        await bus.SendAsync(queue, new Ping { Number = 1 }, x =>
            x.ResponseAddress = new Uri($"{bus.Control.Address.GetLeftPart(UriPartial.Authority)}/{gone}?durable=false&autodelete=true"));

        await answered.Next();
        await bus.IsEmptyAsync(queue);
        (await bus.ExistsAsync(gone)).ShouldBeFalse();
        bus.Logs.Lines.ShouldContain(x => x.Contains(gone, StringComparison.Ordinal) && x.Contains("nobody waits", StringComparison.Ordinal));
    }

    private static async Task<int> AskAsync(TestBus bus, string queue, int number)
    {
        var client = bus.Control.CreateRequestClient<Ping>(new Uri($"queue:{queue}"), RequestTimeout.After(s: 30));
        return (await client.GetResponse<Pong>(new Ping { Number = number }, TestContext.Current.CancellationToken)).Message.Number;
    }

    // Not public, so MassTransit takes it for temporary.
    internal sealed record Passing
    {
        public int Number { get; init; }
    }
}
