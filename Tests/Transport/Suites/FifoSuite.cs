using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class FifoSuite(Backend backend) : TransportSuite(backend)
{
    private string Queue => field ??= Backend.UniqueName("ordered") + ".fifo";

    [Fact]
    public async Task A_FIFO_topic_passes_order_group_and_ids_on_to_a_FIFO_queue()
    {
        var inbox = new Inbox<(int Number, string? Group, string? Deduplication)>();
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.Message<Ping>(x => x.SetEntityName(Backend.UniqueName("pings") + ".fifo"));
            cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(x =>
            {
                var attributes = x.ReceiveContext.GetPayload<AmazonSqsMessageContext>().TransportMessage.Attributes;
                inbox.Add((x.Message.Number, attributes["MessageGroupId"], attributes["MessageDeduplicationId"]));
                return Task.CompletedTask;
            }));
        });

        for (var number = 0; number < 12; number++)
        {
            var id = $"d-{number}";
            await bus.Control.Publish(new Ping { Number = number }, x =>
            {
                x.SetGroupId("one");
                x.SetDeduplicationId(id);
            }, TestContext.Current.CancellationToken);
        }

        (await inbox.Reaches(12)).ShouldBe(Enumerable.Range(0, 12).Select(x => (x, (string?)"one", (string?)$"d-{x}")));
    }

    [Fact]
    public async Task One_deduplication_id_arrives_once()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(x => Add(inbox, x));

        foreach (var number in new[] { 1, 2, 3 })
            await SendAsync(bus, number, "one", number == 3 ? "other" : "same");

        (await inbox.Reaches(2)).ShouldBe([1, 3]);
        await bus.IsEmptyAsync(Queue);
        inbox.Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Content_based_deduplication_needs_no_id()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(x => Add(inbox, x), e => e.QueueAttributes["ContentBasedDeduplication"] = true);

        await bus.SendAsync(Queue, new Ping { Number = 1 }, x => x.SetGroupId("one"));
        await bus.SendAsync(Queue, new Ping { Number = 2 }, x => x.SetGroupId("one"));

        (await inbox.Reaches(2)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Groups_and_ids_can_come_from_the_message_for_every_send()
    {
        var inbox = new Inbox<string?>();
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ConfigureSend(x => x.UseExecute(context =>
            {
                context.TrySetGroupId(context.MessageId.ToString()!);
                context.TrySetDeduplicationId(context.MessageId.ToString()!);
            }));
            cfg.ReceiveEndpoint(Queue, e =>
            {
                e.ConfigureConsumeTopology = false;
                e.Handler<Ping>(x =>
                {
                    inbox.Add(x.ReceiveContext.GetPayload<AmazonSqsMessageContext>().TransportMessage.Attributes["MessageGroupId"]);
                    return Task.CompletedTask;
                });
            });
        });

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        Guid.Parse((await inbox.Next())!).ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task More_than_ten_groups_are_in_work_at_a_time()
    {
        const int groups = 25;
        var begun = new Inbox<int>();
        var go = new TaskCompletionSource();
        await using var bus = await StartAsync(async x =>
        {
            begun.Add(x.Message.Number);
            await go.Task;
        }, e => e.PrefetchCount = 50);

        await Task.WhenAll(Enumerable.Range(0, groups).Select(x => SendAsync(bus, x, $"group-{x}", $"{x}")));

        (await begun.Reaches(groups)).Order().ShouldBe(Enumerable.Range(0, groups));
        go.SetResult();
    }

    [Fact]
    public async Task A_group_is_never_worked_on_twice_at_once_over_two_buses()
    {
        const int groups = 4;
        const int each = 6;
        var running = new int[groups];
        var overlaps = 0;
        var done = new Inbox<(int Group, int Number)>();
        async Task Work(ConsumeContext<Ping> x)
        {
            var group = x.Message.Number % groups;
            if (Interlocked.Increment(ref running[group]) > 1)
                Interlocked.Increment(ref overlaps);
            await Task.Delay(TimeSpan.FromMilliseconds(10), Backend.Time);
            done.Add((group, x.Message.Number));
            Interlocked.Decrement(ref running[group]);
        }

        await using var first = await StartAsync(Work);
        await using var second = await StartAsync(Work);
        for (var number = 0; number < groups * each; number++)
            await SendAsync(first, number, $"group-{number % groups}", $"{number}");

        var all = await done.Reaches(groups * each);
        overlaps.ShouldBe(0);
        foreach (var group in all.GroupBy(x => x.Group))
            group.Select(x => x.Number).ShouldBe(group.Select(x => x.Number).Order());
    }

    [Fact]
    public async Task A_retry_holds_the_group_until_it_is_through()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(x =>
        {
            if (x.Message.Number == 1 && x.GetRetryAttempt() < 3)
                throw new InvalidOperationException("not yet");
            return Add(inbox, x);
        }, e => e.UseMessageRetry(r => r.Interval(3, TimeSpan.FromMilliseconds(5))));

        for (var number = 0; number < 5; number++)
            await SendAsync(bus, number, "one", $"{number}");

        (await inbox.Reaches(5)).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_failed_message_goes_to_a_FIFO_error_queue_and_an_unwanted_one_to_a_FIFO_skipped_queue()
    {
        await using var bus = await StartAsync(_ => throw new InvalidOperationException("no way"));
        await SendAsync(bus, 1, "one", "a");
        await bus.SendAsync(Queue, new Unwanted { Number = 2 }, x =>
        {
            x.SetGroupId("two");
            x.SetDeduplicationId("b");
        });

        var failed = await bus.TakeAsync(Queue.Replace(".fifo", "_error.fifo", StringComparison.Ordinal));
        failed.MessageAttributes["MT-Fault-Message"].StringValue.ShouldBe("no way");
        failed.Attributes["MessageGroupId"].ShouldBe("one");
        var skipped = await bus.TakeAsync(Queue.Replace(".fifo", "_skipped.fifo", StringComparison.Ordinal));
        skipped.Attributes["MessageGroupId"].ShouldBe("two");
    }

    [Fact]
    public async Task A_redelivery_of_a_FIFO_message_is_refused_with_the_reason_and_loses_nothing()
    {
        await using var bus = await StartAsync(_ => throw new InvalidOperationException("no way"),
            e => e.UseDelayedRedelivery(r => r.Intervals(TimeSpan.FromSeconds(5))));

        await SendAsync(bus, 1, "one", "a");

        var failed = await bus.TakeAsync(Queue.Replace(".fifo", "_error.fifo", StringComparison.Ordinal));
        failed.Body.ShouldContain("\"number\"");
        await bus.IsEmptyAsync(Queue);
        bus.Logs.Exceptions.ShouldContain(x => x.ToString().Contains("a FIFO queue delays no single message", StringComparison.Ordinal));
    }

    private Task<TestBus> StartAsync(Func<ConsumeContext<Ping>, Task> handle, Action<IAmazonSqsReceiveEndpointConfigurator>? configure = null) =>
        Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            configure?.Invoke(e);
            e.Handler<Ping>(x => handle(x));
        }));

    private Task SendAsync(TestBus bus, int number, string group, string deduplication) =>
        bus.SendAsync(Queue, new Ping { Number = number }, x =>
        {
            x.SetGroupId(group);
            x.SetDeduplicationId(deduplication);
        });

    private static Task Add(Inbox<int> inbox, ConsumeContext<Ping> context)
    {
        inbox.Add(context.Message.Number);
        return Task.CompletedTask;
    }
}
