using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

/// <summary>Groups on standard queues: no order, but a share of the places in work.</summary>
public abstract class FairSuite(Backend backend) : TransportSuite(backend)
{
    private const int Concurrency = 4;
    private const int Noisy = 200;

    private string Queue => field ??= Backend.UniqueName("fair");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_quiet_group_waits_for_one_place_and_not_for_all_that_came_before(bool isGrouped)
    {
        var (begun, release) = (new Inbox<int>(), new SemaphoreSlim(0));
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = Noisy + 1;
            e.ConcurrentMessageLimit = Concurrency;
            e.Handler<Ping>(async x =>
            {
                begun.Add(x.Message.Number);
                await release.WaitAsync(x.CancellationToken);
            });
        }));

        for (var number = 0; number < Noisy; number++)
            await SendAsync(number, "noisy");
        await IsHeldAsync(bus, Noisy);
        await SendAsync(Noisy, "quiet");
        await IsHeldAsync(bus, Noisy + 1);
        release.Release(Noisy + 1);

        var place = Array.IndexOf(await begun.Reaches(Noisy + 1), Noisy);
        TestContext.Current.SendDiagnosticMessage($"Grouped: {isGrouped}; the quiet message was begun after {place} others.");
        if (isGrouped)
            place.ShouldBeLessThanOrEqualTo(2 * Concurrency, "the places that were taken when it came, and those that were freed at the same moment");
        else
            place.ShouldBeGreaterThan(Noisy / 2, "without groups the first comes first");

        Task SendAsync(int number, string group) => bus.SendAsync(Queue, new Ping { Number = number }, x =>
        {
            if (isGrouped)
                x.SetGroupId(group);
        });
    }

    [Fact]
    public async Task Messages_of_a_group_run_beside_each_other()
    {
        var both = new Inbox<int>();
        var met = new TaskCompletionSource();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = 2;
            e.Handler<Ping>(async x =>
            {
                both.Add(x.Message.Number);
                if (both.Items.Count == 2)
                    met.SetResult();
                await met.Task.WaitAsync(x.CancellationToken);
            });
        }));

        await bus.SendAsync(Queue, new Ping { Number = 1 }, x => x.SetGroupId("one"));
        await bus.SendAsync(Queue, new Ping { Number = 2 }, x => x.SetGroupId("one"));

        (await both.Reaches(2)).ShouldBe([1, 2], ignoreOrder: true);
    }

    [Fact]
    public async Task A_published_message_brings_its_group_along()
    {
        var groups = new Inbox<string?>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(x =>
        {
            groups.Add(x.ReceiveContext.GetPayload<AmazonSqsMessageContext>().Attributes["SQS-GroupId"].StringValue);
            return Task.CompletedTask;
        })));

        await bus.Control.Publish(new Ping { Number = 1 }, x => x.SetGroupId("one"), TestContext.Current.CancellationToken);

        (await groups.Next()).ShouldBe("one");
    }

    /// <summary>All of them are in the process: a quiet one that is still in the queue is not there to be preferred.</summary>
    private Task IsHeldAsync(TestBus bus, int count) => Infrastructure.Eventually.Is(
        async () => (await bus.AttributesAsync(Queue))["ApproximateNumberOfMessagesNotVisible"] == $"{count}", $"{count} messages are held");
}
