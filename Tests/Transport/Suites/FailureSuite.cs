using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class FailureSuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task A_retry_keeps_the_message_in_memory()
    {
        var queue = Backend.UniqueName("retried");
        var attempts = new Inbox<(int Retry, bool Redelivered)>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.UseMessageRetry(r => r.Immediate(2));
            e.Handler<Ping>(x =>
            {
                attempts.Add((x.GetRetryAttempt(), x.ReceiveContext.Redelivered));
                return x.GetRetryAttempt() < 2 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
            });
        }));

        await bus.SendAsync(queue, new Ping { Number = 1 });

        (await attempts.Reaches(3)).ShouldBe([(0, false), (1, false), (2, false)]);
        (await bus.ExistsAsync(queue + "_error")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_fault_too_large_for_a_topic_does_not_hide_what_failed()
    {
        var queue = Backend.UniqueName("large");
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(_ => throw new InvalidOperationException("the real reason"));
        }));

        await bus.SendAsync(queue, new Ping { Number = 1, Text = new string('x', 300_000) });

        (await bus.TakeAsync(queue + "_error")).MessageAttributes["MT-Fault-Message"].StringValue.ShouldBe("the real reason");
    }

    [Fact]
    public async Task A_message_that_fails_on_a_temporary_endpoint_is_kept()
    {
        var address = new Inbox<Uri>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(e =>
        {
            address.Add(e.InputAddress);
            e.Handler<Ping>(_ => throw new InvalidOperationException("no"));
        }));

        await bus.Control.Publish(new Ping { Number = 5 }, TestContext.Current.CancellationToken);

        var queue = (await address.Next()).AbsolutePath.Split('/')[^1];
        (await bus.TakeAsync(queue + "_error")).Body.ShouldContain("\"number\":5");
    }

    [Fact]
    public async Task A_message_without_a_group_is_refused_with_what_to_say()
    {
        await using var bus = await Backend.StartAsync(_ => { });

        var refused = await Should.ThrowAsync<AmazonSqsTransportException>(() =>
            bus.SendAsync(Backend.UniqueName("groupless") + ".fifo", new Ping { Number = 1 }));

        refused.Message.ShouldContain("SetGroupId");
    }

    [Fact]
    public async Task A_redelivery_goes_through_the_queue_and_keeps_the_message_id()
    {
        var queue = Backend.UniqueName("redelivered");
        var attempts = new Inbox<(int Redelivery, Guid? Id)>();
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.UseDelayedRedelivery(r => r.Interval(2, TimeSpan.FromSeconds(1)));
            e.Handler<Ping>(x =>
            {
                attempts.Add((x.GetRedeliveryCount(), x.MessageId));
                return x.GetRedeliveryCount() < 2 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
            });
        }), http: http);

        await bus.SendAsync(queue, new Ping { Number = 1 });

        var seen = await attempts.Reaches(3);
        seen.Select(x => x.Redelivery).ShouldBe([0, 1, 2]);
        seen.Select(x => x.Id).Distinct().Count().ShouldBe(1);
        http.Count("SendMessageBatch").ShouldBe(3);
    }

    [Fact]
    public async Task A_message_that_keeps_failing_goes_to_the_error_queue_and_a_fault_is_published()
    {
        var queue = Backend.UniqueName("failing");
        var faults = new Inbox<Fault<Ping>>();
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ReceiveEndpoint(queue, e =>
            {
                e.QueueAttributes["VisibilityTimeout"] = 17;
                e.QueueTags["team"] = "chat";
                e.Handler<Ping>(_ => throw new InvalidOperationException("no way"));
            });
            cfg.ReceiveEndpoint(Backend.UniqueName("faults"), e =>
            {
                e.Handler<Fault<Ping>>(x =>
                {
                    faults.Add(x.Message);
                    return Task.CompletedTask;
                });
            });
        });

        var endpoint = await bus.Control.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(new Ping { Number = 5 }, x =>
        {
            for (var index = 0; index < 12; index++)
                x.Headers.Set($"extra-{index}", "x");
        }, TestContext.Current.CancellationToken);

        (await faults.Next()).Message.Number.ShouldBe(5);
        var moved = await bus.TakeAsync(queue + "_error");
        moved.Body.ShouldContain("\"number\":5");
        moved.MessageAttributes["MT-Reason"].StringValue.ShouldBe("fault");
        moved.MessageAttributes["MT-Fault-Message"].StringValue.ShouldBe("no way");
        moved.MessageAttributes["MT-Fault-ExceptionType"].StringValue.ShouldStartWith("System.");
        var stack = moved.MessageAttributes["MT-Fault-StackTrace"].StringValue;
        stack.Split('\n')[0].ShouldStartWith("at CloudIa.Tests.Transport.");
        stack.ShouldNotContain("(");
        stack.ShouldNotContain(".cs");
        moved.MessageAttributes["MT-Fault-InputAddress"].StringValue.ShouldEndWith(queue);
        moved.MessageAttributes["Content-Type"].StringValue.ShouldBe("application/vnd.masstransit+json");
        moved.MessageAttributes.Count.ShouldBe(10);
        (await bus.AttributesAsync(queue + "_error"))["VisibilityTimeout"].ShouldBe("17");
        var url = (await bus.Sqs.GetQueueUrlAsync(queue + "_error", TestContext.Current.CancellationToken)).QueueUrl;
        var tags = await bus.Sqs.ListQueueTagsAsync(new() { QueueUrl = url }, TestContext.Current.CancellationToken);
        tags.Tags["team"].ShouldBe("chat");
    }

    [Fact]
    public async Task A_message_no_consumer_wants_goes_to_the_skipped_queue()
    {
        var queue = Backend.UniqueName("picky");
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.Handler<Ping>(_ => Task.CompletedTask);
        }));

        await bus.SendAsync(queue, new Unwanted { Number = 4 });

        var skipped = await bus.TakeAsync(queue + "_skipped");
        skipped.MessageAttributes["MT-Reason"].StringValue.ShouldBe("dead-letter");
    }

    [Fact]
    public async Task A_delay_of_more_than_fifteen_minutes_is_refused_with_the_reason()
    {
        var queue = Backend.UniqueName("late");
        await using var bus = await Backend.StartAsync(_ => { });
        var endpoint = await bus.Control.GetSendEndpoint(new Uri($"queue:{queue}"));

        var refused = await Should.ThrowAsync<AmazonSqsTransportException>(() =>
            endpoint.Send(new Ping { Number = 1 }, x => x.SetDelay(TimeSpan.FromSeconds(901)), TestContext.Current.CancellationToken));

        refused.Message.ShouldContain("00:15:01");
        refused.Message.ShouldContain("00:15:00");
        refused.Message.ShouldContain(queue);
    }

    [Fact]
    public async Task A_queue_that_was_deleted_is_made_again_by_a_send()
    {
        var queue = Backend.UniqueName("gone");
        await using var bus = await Backend.StartAsync(_ => { });
        await bus.SendAsync(queue, new Ping { Number = 1 });
        var url = (await bus.Sqs.GetQueueUrlAsync(queue, TestContext.Current.CancellationToken)).QueueUrl;
        await bus.Sqs.DeleteQueueAsync(url, TestContext.Current.CancellationToken);

        await bus.SendAsync(queue, new Ping { Number = 2 });

        (await bus.TakeAsync(queue)).Body.ShouldContain("\"number\":2");
    }
}
