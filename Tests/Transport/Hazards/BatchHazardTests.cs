using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport.FakeAws;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Hazards;

public sealed class BatchHazardTests : FakeAwsTest
{
    [Fact]
    public async Task What_AWS_refuses_inside_a_200_fails_for_its_entry_alone()
    {
        await using var bus = await StartAsync(_ => Task.CompletedTask, e => e.PrefetchCount = 1);
        using var rule = Aws.Faults.On("SendMessageBatch", new AwsFault { Entry = x => x == 0 ? AwsError.Parameter("not this one") : null });

        var failed = await SendAsync(bus, 40);

        failed.ShouldAllBe(x => x!.Message.Contains("not this one", StringComparison.Ordinal));
        failed.Count.ShouldBe(rule.Hits);
        rule.Hits.ShouldBeLessThan(40);
        await bus.IsEmptyAsync(Queue);
    }

    [Fact]
    public async Task An_entry_that_the_answer_forgets_counts_as_failed()
    {
        await using var bus = await StartAsync(_ => Task.CompletedTask);
        using var rule = Aws.Faults.On("SendMessageBatch", new AwsFault { Forgotten = x => x == 0 });

        var failed = await SendAsync(bus, 10);

        failed.Count.ShouldBe(rule.Hits);
        failed.ShouldAllBe(x => x!.Message.Contains("answered nothing for one of its", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_publish_that_SNS_refuses_inside_a_200_fails_too()
    {
        await using var bus = await Backend.StartAsync(_ => { });
        using var rule = Aws.Faults.On("PublishBatch", new AwsFault { Entry = _ => new AwsError("InternalError", "try again", status: 500) });

        var failure = await Should.ThrowAsync<AmazonSqsTransportException>(() =>
            bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken));

        failure.Message.ShouldContain("AWS was at fault; try it again");
    }

    [Fact]
    public async Task A_send_whose_answer_got_lost_succeeds_and_a_FIFO_queue_has_it_once()
    {
        var queue = Backend.UniqueName("ordered") + ".fifo";
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(x => Into(inbox)(x));
        }));
        Aws.Faults.On("SendMessageBatch", AwsFault.LostResponse, times: 1);

        await bus.SendAsync(queue, new Ping { Number = 1 }, x =>
        {
            x.SetGroupId("one");
            x.SetDeduplicationId("a");
        });

        Count("SendMessageBatch").ShouldBe(2);
        (await inbox.Next()).ShouldBe(1);
        await bus.IsEmptyAsync(queue);
        inbox.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delete_that_fails_is_tried_again_so_that_nothing_comes_twice()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        Aws.Faults.On("DeleteMessageBatch", new AwsFault { Entry = _ => new AwsError("InternalError", "try again", status: 500) }, times: 2);

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        await bus.IsEmptyAsync(Queue);
        Count("DeleteMessageBatch").ShouldBe(3);
        inbox.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_throttled_send_says_so()
    {
        await using var bus = await StartAsync(_ => Task.CompletedTask);
        using var rule = Aws.Faults.On("SendMessageBatch", AwsFault.Throttled);

        var failure = await Should.ThrowAsync<AmazonSqsConnectionException>(() => bus.SendAsync(Queue, new Ping { Number = 1 }));

        failure.Message.ShouldContain("throttles this account");
        rule.Hits.ShouldBe(3, "the SDK tries twice more");
    }

    [Fact]
    public async Task A_throttled_poll_waits_longer_and_does_not_deploy_the_endpoint_again()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        Aws.Faults.On("ReceiveMessage", AwsFault.Throttled, times: 8);
        var deployments = Count("GetQueueAttributes");
        var subscriptions = Count("Subscribe");
        var begun = Backend.Time.GetTimestamp();

        await bus.SendAsync(Queue, new Ping { Number = 1 });
        await bus.SendAsync(Queue, new Ping { Number = 2 });

        (await inbox.Reaches(2)).Order().ShouldBe([1, 2]);
        await Eventually.Is(() => Count("ReceiveMessage") > 8);
        bus.Control.CheckHealth().Status.ShouldBe(BusHealthStatus.Healthy);
        Count("Subscribe").ShouldBe(subscriptions);
        Backend.Time.GetElapsedTime(begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(1), "eight throttled polls in a row take pauses");
        deployments.ShouldBe(1);
    }

    [Fact]
    public async Task A_renewal_that_fails_inside_a_200_is_tried_again()
    {
        var ended = new Inbox<int>();
        await using var bus = await StartAsync(async x =>
        {
            await Task.Delay(TimeSpan.FromMinutes(2), Backend.Time, x.CancellationToken);
            ended.Add(x.Message.Number);
        });
        using var rule = Aws.Faults.On("ChangeMessageVisibilityBatch",
            new AwsFault { Entry = _ => new AwsError("ThrottlingException", "slower") }, times: 5);

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        (await ended.Next()).ShouldBe(1);
        await bus.IsEmptyAsync(Queue);
        ended.Items.Count.ShouldBe(1);
    }

    private async Task<List<Exception?>> SendAsync(TestBus bus, int count)
    {
        var sends = Enumerable.Range(0, count).Select(x => bus.SendAsync(Queue, new Ping { Number = x })).ToList();
        await Task.WhenAll(sends).ContinueWith(_ => { }, TaskScheduler.Default);
        return [.. sends.Where(x => x.IsFaulted).Select(x => x.Exception!.InnerException)];
    }
}
