using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport.FakeAws;
using CloudIa.Transport.Connection;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Hazards;

public sealed class TopologyHazardTests : FakeAwsTest
{
    [Fact]
    public async Task More_topics_than_fit_into_a_policy_get_one_pattern_and_the_log_says_so()
    {
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            for (var number = 0; number < 120; number++)
                e.Subscribe($"a-topic-with-a-rather-long-name-that-fills-the-policy-{number}");
            e.Handler<Ping>(x => Into(inbox)(x));
        }));

        await bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken);

        (await inbox.Next()).ShouldBe(1);
        Aws.Queue(Queue).Attributes["Policy"].ShouldContain($"arn:aws:sns:{FakeAccount.Region}:{FakeAccount.Id}:*");
        bus.Logs.Lines.ShouldContain(x => x.Contains("do not fit into the policy", StringComparison.Ordinal));
        Count("SetQueueAttributes").ShouldBe(1);
    }

    [Fact]
    public void A_policy_that_others_have_filled_is_refused_with_its_size()
    {
        var theirs = $$"""{"Statement":[{"Sid":"{{new string('x', 8100)}}","Effect":"Deny"}]}""";

        var refused = Should.Throw<AmazonSqsTransportConfigurationException>(() =>
            QueuePolicy.Allow(theirs, "arn:aws:sqs:eu-west-1:1:q", ["arn:aws:sns:eu-west-1:1:t"]));

        refused.Message.ShouldContain("SQS takes 8192");
    }

    [Fact]
    public async Task An_error_queue_whose_name_still_rests_is_waited_for_and_the_consumer_runs_once()
    {
        Aws.DeletedFor = TimeSpan.FromSeconds(60);
        var attempts = new Inbox<int>();
        await using var bus = await StartAsync(x =>
        {
            attempts.Add(x.Message.Number);
            throw new InvalidOperationException("no way");
        });
        await bus.SendAsync(Queue, new Ping { Number = 1 });
        await Eventually.Is(async () => await bus.ExistsAsync(Queue + "_error"));
        await bus.IsEmptyAsync(Queue);
        await bus.Sqs.DeleteQueueAsync(await bus.UrlAsync(Queue + "_error"), TestContext.Current.CancellationToken);

        await bus.SendAsync(Queue, new Ping { Number = 2 });

        (await bus.TakeAsync(Queue + "_error")).Body.ShouldContain("\"number\":2");
        await bus.IsEmptyAsync(Queue);
        attempts.Items.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_topic_that_was_deleted_is_made_again_by_a_publish()
    {
        await using var bus = await Backend.StartAsync(_ => { });
        await bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken);
        lock (Aws.Gate)
            Aws.Topics.Clear();

        await bus.Control.Publish(new Ping { Number = 2 }, TestContext.Current.CancellationToken);

        Aws.Topics.Count.ShouldBe(1);
        Count("ListTopics").ShouldBe(0);
    }

    [Fact]
    public async Task SNS_drops_nothing_of_a_message_with_many_headers()
    {
        var inbox = new Inbox<string?>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(x =>
        {
            inbox.Add(x.Headers.Get<string>("extra-19"));
            return Task.CompletedTask;
        })));

        await bus.Control.Publish(new Ping { Number = 1 }, x =>
        {
            for (var index = 0; index < 20; index++)
                x.Headers.Set($"extra-{index}", "kept");
        }, TestContext.Current.CancellationToken);

        (await inbox.Next()).ShouldBe("kept");
        Aws.Sns.Dropped.ShouldBeEmpty();
    }
}
