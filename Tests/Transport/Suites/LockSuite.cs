using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class LockSuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task A_consumer_that_takes_longer_than_the_visibility_timeout_gets_its_message_once()
    {
        var queue = Backend.UniqueName("slow");
        var begun = new Inbox<int>();
        var ended = new Inbox<int>();
        void Slow(IAmazonSqsBusFactoryConfigurator cfg) => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.QueueAttributes["VisibilityTimeout"] = 2;
            e.ConcurrentMessageLimit = 1;
            e.PrefetchCount = 2;
            e.Handler<Ping>(async x =>
            {
                begun.Add(x.Message.Number);
                await Task.Delay(TimeSpan.FromSeconds(3), Backend.Time, x.CancellationToken);
                ended.Add(x.Message.Number);
            });
        });

        await using var bus = await Backend.StartAsync(Slow);
        await bus.SendAsync(queue, new Ping { Number = 1 });
        await begun.Reaches(1);
        // Waits behind the first, and is renewed as well.
        await bus.SendAsync(queue, new Ping { Number = 2 });
        await using var competitor = await Backend.StartAsync(Slow);

        (await ended.Reaches(2)).Order().ShouldBe([1, 2]);
        begun.Items.Order().ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_consumer_is_told_when_the_lock_is_lost()
    {
        var queue = Backend.UniqueName("lost");
        var cancelled = new Inbox<bool>();
        var http = Backend.NewHttp();
        http.Before = call => call == "ChangeMessageVisibilityBatch"
            ? throw new HttpRequestException(HttpRequestError.ConnectionError, "no renewals today")
            : Task.CompletedTask;
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.QueueAttributes["VisibilityTimeout"] = 2;
            e.PrefetchCount = 1;
            e.DiscardFaultedMessages();
            e.Handler<Ping>(async x =>
            {
                using var registration = x.CancellationToken.Register(() => cancelled.Add(true));
                await Task.Delay(TimeSpan.FromSeconds(30), Backend.Time, x.CancellationToken);
            });
        }), http: http);

        await bus.SendAsync(queue, new Ping { Number = 1 });

        (await cancelled.Next()).ShouldBeTrue();
        // On the fake the lock's time is over before the SDK's pause, which is real, has passed.
        if (!Backend.TimeIsFree)
            http.Count("ChangeMessageVisibilityBatch").ShouldBeGreaterThan(1, "a failed renewal is tried again");
        http.Before = _ => Task.CompletedTask;
    }

    [Fact]
    public async Task A_stop_finishes_what_has_begun_and_loses_nothing_of_the_rest()
    {
        const int count = 30;
        var queue = Backend.UniqueName("stopping");
        var begun = new Inbox<int>();
        var handled = new Inbox<int>();
        var go = new TaskCompletionSource();
        void Configure(IAmazonSqsBusFactoryConfigurator cfg) => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = 20;
            e.ConcurrentMessageLimit = 4;
            e.Handler<Ping>(async x =>
            {
                begun.Add(x.Message.Number);
                await go.Task;
                handled.Add(x.Message.Number);
            });
        });

        await using var first = await Backend.StartAsync(Configure);
        await Task.WhenAll(Enumerable.Range(0, count).Select(x => first.SendAsync(queue, new Ping { Number = x })));
        await begun.Reaches(4);
        var stopped = first.StopAsync();
        go.SetResult();
        await stopped;

        handled.Items.Count.ShouldBe(begun.Items.Count, "what began has ended");
        var attributes = await first.AttributesAsync(queue);
        var left = int.Parse(attributes["ApproximateNumberOfMessages"], null)
            + int.Parse(attributes["ApproximateNumberOfMessagesNotVisible"], null);
        (handled.Items.Count + left).ShouldBe(count);
        attributes["ApproximateNumberOfMessagesNotVisible"].ShouldBe("0", "prefetched ones are given back");

        await using var second = await Backend.StartAsync(Configure);
        (await handled.Reaches(count)).Order().ShouldBe(Enumerable.Range(0, count));
    }
}
