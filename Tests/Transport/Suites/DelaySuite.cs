using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class DelaySuite(Backend backend) : TransportSuite(backend)
{
    private string Queue => field ??= Backend.UniqueName("later");

    // On real time a second has to do.
    private TimeSpan Delay => Backend.TimeIsFree ? TimeSpan.FromMinutes(15) : TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_scheduled_message_comes_when_it_is_due_up_to_fifteen_minutes()
    {
        var inbox = new Inbox<DateTimeOffset>();
        await using var bus = await StartAsync(_ =>
        {
            inbox.Add(Backend.Time.GetUtcNow());
            return Task.CompletedTask;
        });
        var scheduler = bus.Control.CreateDelayedMessageScheduler();
        var begun = Backend.Time.GetUtcNow();

        // MassTransit reckons the delay from the machine's clock when it is given a time; so it is given a delay.
        await bus.SendAsync(Queue, new Ping { Number = 1 }, x => x.Delay = Delay);

        ((await inbox.Next()) - begun).ShouldBeInRange(Delay, Delay + TimeSpan.FromSeconds(30));
        scheduler.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_consumer_schedules_through_the_queue()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(x => x.Message.Number == 1
            ? x.ScheduleSend(x.ReceiveContext.InputAddress, TimeSpan.FromSeconds(1), new Ping { Number = 2 })
            : Add(inbox, x));

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        (await inbox.Next()).ShouldBe(2);
    }

    [Fact]
    public async Task A_schedule_of_more_than_fifteen_minutes_is_refused_with_the_reason()
    {
        await using var bus = await StartAsync(x => Task.CompletedTask);
        var scheduler = bus.Control.CreateDelayedMessageScheduler();

        var refused = await Should.ThrowAsync<AmazonSqsTransportException>(() => scheduler.ScheduleSend(new Uri($"queue:{Queue}"),
            DateTime.MaxValue.AddYears(-7000), new Ping { Number = 1 }, TestContext.Current.CancellationToken));

        refused.Message.ShouldContain("SQS delays 00:15:00 at most");
        refused.Message.ShouldContain(Queue);
        (await bus.CountAsync(Queue)).ShouldBe(0);
    }

    [Fact]
    public async Task Redelivery_waits_its_intervals_and_keeps_id_and_headers()
    {
        var intervals = Backend.TimeIsFree
            ? new[] { TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10) }
            : [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)];
        var seen = new Inbox<(int Redelivery, Guid? Id, string? Tenant, DateTimeOffset At)>();
        await using var bus = await StartAsync(x =>
        {
            seen.Add((x.GetRedeliveryCount(), x.MessageId, x.Headers.Get<string>("tenant"), Backend.Time.GetUtcNow()));
            return x.GetRedeliveryCount() < 2 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        }, e => e.UseDelayedRedelivery(r => r.Intervals(intervals)));

        await bus.SendAsync(Queue, new Ping { Number = 1 }, x => x.Headers.Set("tenant", "blue"));

        var all = await seen.Reaches(3);
        all.Select(x => x.Redelivery).ShouldBe([0, 1, 2]);
        all.Select(x => x.Id).Distinct().ShouldHaveSingleItem();
        all.ShouldAllBe(x => x.Tenant == "blue");
        (all[1].At - all[0].At).ShouldBeGreaterThanOrEqualTo(intervals[0]);
        (all[2].At - all[1].At).ShouldBeGreaterThanOrEqualTo(intervals[1]);
        await bus.IsEmptyAsync(Queue);
    }

    [Fact]
    public async Task A_redelivery_interval_of_more_than_fifteen_minutes_ends_in_the_error_queue_not_in_a_loop()
    {
        var attempts = new Inbox<int>();
        await using var bus = await StartAsync(x =>
        {
            attempts.Add(x.Message.Number);
            throw new InvalidOperationException("no way");
        }, e => e.UseDelayedRedelivery(r => r.Intervals(TimeSpan.FromMinutes(16))));

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        await bus.TakeAsync(Queue + "_error");
        attempts.Items.Count.ShouldBe(1);
        await bus.IsEmptyAsync(Queue);
        bus.Logs.Exceptions.ShouldContain(x => x.ToString().Contains("SQS delays 00:15:00 at most", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_delayed_publish_is_refused_because_SNS_delivers_at_once()
    {
        await using var bus = await StartAsync(_ => Task.CompletedTask);

        var refused = await Should.ThrowAsync<AmazonSqsTransportException>(() =>
            bus.Control.Publish(new Ping { Number = 1 }, x => x.Delay = TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));

        refused.Message.ShouldContain("SNS delivers at once");
    }

    private Task<TestBus> StartAsync(Func<ConsumeContext<Ping>, Task> handle, Action<IAmazonSqsReceiveEndpointConfigurator>? configure = null) =>
        Backend.StartAsync(cfg =>
        {
            cfg.UseDelayedMessageScheduler();
            cfg.ReceiveEndpoint(Queue, e =>
            {
                e.ConfigureConsumeTopology = false;
                configure?.Invoke(e);
                e.Handler<Ping>(x => handle(x));
            });
        });

    private static Task Add(Inbox<int> inbox, ConsumeContext<Ping> context)
    {
        inbox.Add(context.Message.Number);
        return Task.CompletedTask;
    }
}
