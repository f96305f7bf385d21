using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport.FakeAws;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Hazards;

public sealed class LockHazardTests : FakeAwsTest
{
    private readonly Inbox<int> _begun = new();
    private readonly Inbox<int> _ended = new();
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Work_of_forty_visibility_timeouts_on_one_message_and_those_that_wait_behind_it_is_done_once()
    {
        await using var bus = await StartAsync(async x =>
        {
            _begun.Add(x.Message.Number);
            await Task.Delay(TimeSpan.FromMinutes(10), Backend.Time, x.CancellationToken);
            _ended.Add(x.Message.Number);
        }, e =>
        {
            e.ConcurrentMessageLimit = 1;
            e.PrefetchCount = 2;
        });
        await bus.SendAsync(Queue, new Ping { Number = 1 });
        await bus.SendAsync(Queue, new Ping { Number = 2 });

        (await _ended.Reaches(2)).Order().ShouldBe([1, 2]);
        await bus.IsEmptyAsync(Queue);
        _begun.Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Retries_that_take_longer_than_the_visibility_timeout_are_one_delivery()
    {
        var attempts = new Inbox<(int Retry, bool Redelivered)>();
        await using var bus = await StartAsync(async x =>
        {
            attempts.Add((x.GetRetryAttempt(), x.ReceiveContext.Redelivered));
            await Task.Delay(TimeSpan.FromSeconds(50), Backend.Time, x.CancellationToken);
            if (x.GetRetryAttempt() < 3)
                throw new InvalidOperationException("not yet");
            _ended.Add(x.Message.Number);
        }, e => e.UseMessageRetry(r => r.Immediate(3)));

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        await _ended.Next();
        await bus.IsEmptyAsync(Queue);
        attempts.Items.ShouldBe([(0, false), (1, false), (2, false), (3, false)]);
    }

    // MassTransit's table of running messages keeps a second lock for one id for ever, and then takes every later delivery of
    // it for a duplicate, which is never deleted (#5159, #5915).
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_came_again_during_work_that_lost_its_lock_is_free_again_when_that_has_ended(bool breaksOff)
    {
        await using var bus = await StartAsync(async x =>
        {
            _begun.Add(x.Message.Number);
            await _go.Task;
            _ended.Add(x.Message.Number);
            if (breaksOff && _ended.Items.Count == 1)
                throw new InvalidOperationException("broke off");
        }, e =>
        {
            e.PrefetchCount = 5;
            e.RethrowFaultedMessages();
        });
        Aws.Faults.On("ChangeMessageVisibilityBatch", new AwsFault { Entry = _ => AwsError.NotInFlight() }, times: 1);

        await bus.SendAsync(Queue, new Ping { Number = 1 });
        await _begun.Reaches(1);
        await Eventually.Is(() => CameAgain(bus) >= 2, "it came again, and again");
        _begun.Items.Count.ShouldBe(1, "no second worker in this process");
        _go.SetResult();

        await bus.IsEmptyAsync(Queue);
        // What comes before the delete of work that was done is through is deleted in its place.
        _ended.Items.Count.ShouldBeInRange(breaksOff ? 2 : 1, 2);
    }

    [Fact]
    public async Task A_message_that_SQS_delivers_twice_is_worked_on_once_and_deleted()
    {
        await using var bus = await StartAsync(async x =>
        {
            _begun.Add(x.Message.Number);
            await _go.Task;
        });
        await bus.SendAsync(Queue, new Ping { Number = 1 });
        await _begun.Reaches(1);

        DeliverAgain();
        await Eventually.Is(() => CameAgain(bus) == 1);
        _go.SetResult();

        await bus.IsEmptyAsync(Queue);
        _begun.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_comes_again_before_its_delete_got_through_is_deleted_and_not_worked_on_again()
    {
        await using var bus = await StartAsync(Into(_begun));
        // An older receipt deletes nothing: SQS answers it with a success.
        Aws.Faults.On("DeleteMessageBatch", new AwsFault
        {
            Gate = async () =>
            {
                DeliverAgain();
                await Eventually.Is(() => CameAgain(bus) == 1);
            },
        }, times: 1);

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        await bus.IsEmptyAsync(Queue);
        _begun.Items.Count.ShouldBe(1);
        Count("DeleteMessageBatch").ShouldBe(2);
    }

    [Fact]
    public async Task A_FIFO_delivery_that_broke_off_is_not_overtaken_by_those_behind_it()
    {
        var queue = Backend.UniqueName("ordered") + ".fifo";
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.RethrowFaultedMessages();
            e.Handler<Ping>(x =>
            {
                _begun.Add(x.Message.Number);
                return x.Message.Number == 1 && !x.ReceiveContext.Redelivered
                    ? throw new InvalidOperationException("broke off")
                    : Task.CompletedTask;
            });
        }));
        // All four are there before the first is received, so that one answer brings them.
        Aws.Queue(queue).Attributes["DelaySeconds"] = "60";
        await Task.WhenAll(Enumerable.Range(0, 4).Select(x => bus.SendAsync(queue, new Ping { Number = x }, y =>
        {
            y.SetGroupId("one");
            y.SetDeduplicationId($"{x}");
        })));

        (await _begun.Reaches(5)).ShouldBe([0, 1, 1, 2, 3]);
        await bus.IsEmptyAsync(queue);
    }

    [Fact]
    public async Task A_slow_message_holds_up_no_other()
    {
        await using var bus = await StartAsync(async x =>
        {
            if (x.Message.Number == 0)
                await _go.Task;
            _ended.Add(x.Message.Number);
        });

        await Task.WhenAll(Enumerable.Range(0, 200).Select(x => bus.SendAsync(Queue, new Ping { Number = x })));

        (await _ended.Reaches(199)).ShouldNotContain(0);
        _go.SetResult();
        await _ended.Reaches(200);
    }

    private void DeliverAgain()
    {
        lock (Aws.Gate)
        {
            var queue = Aws.Queues[Queue];
            queue.Messages.First!.Value.VisibleAt = Aws.Clock.GetUtcNow();
            queue.Wake();
        }
    }

    private static int CameAgain(TestBus bus) => bus.Logs.Lines.Count(x => x.Contains("came again while it is worked on", StringComparison.Ordinal));
}
