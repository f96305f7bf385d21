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
    public async Task An_endpoint_whose_queue_was_just_deleted_waits_for_its_name()
    {
        await DeleteAsync(Queue, TimeSpan.FromSeconds(60));
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        await bus.SendAsync(Queue, new Ping { Number = 1 });

        (await inbox.Next()).ShouldBe(1);
        Aws.Calls.Count(x => x.Action == "CreateQueue" && x.Entity == Queue).ShouldBeGreaterThan(2, "that of the test, one that is refused, and one that is not");
        bus.Logs.Lines.Count(x => x.Contains($"{Queue} was deleted and cannot be made again yet", StringComparison.Ordinal)).ShouldBe(1);
        bus.Logs.Lines.ShouldNotContain(x => x.Contains("Retrying", StringComparison.Ordinal), "the endpoint did not fail meanwhile");
    }

    [Fact]
    public async Task A_send_to_a_queue_that_was_just_deleted_says_so_at_once()
    {
        await using var bus = await Backend.StartAsync(_ => { });
        await DeleteAsync(Queue, TimeSpan.FromHours(1));

        var refused = await Should.ThrowAsync<AmazonSqsConnectionException>(() => bus.SendAsync(Queue, new Ping { Number = 1 }));

        refused.Message.ShouldContain($"CreateQueue {Queue} failed");
        refused.Message.ShouldContain("Wait a minute after deleting a queue");
    }

    [Theory]
    [InlineData("new", "chat", "DisplayName is 'old', not 'new'")]
    [InlineData("old", "another", "tag team may not be 'another'")]
    public async Task A_topic_that_exists_with_other_values_is_left_as_it_is_and_the_log_names_them_once(string name, string team, string difference)
    {
        var scope = Backend.UniqueName("s");
        await using var first = await PublishingAsync(scope, "old", "chat");
        first.Logs.Lines.ShouldNotContain(x => x.Contains("exists otherwise", StringComparison.Ordinal));

        await using var other = await PublishingAsync(scope, name, team);
        await other.Control.Publish(new Ping { Number = 2 }, TestContext.Current.CancellationToken);

        other.Logs.Lines.Where(x => x.Contains("exists otherwise", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain($"{scope}_CloudIa_Tests_Transport-Ping exists otherwise than configured, and is left as it is: {difference}.");
        Count("GetTopicAttributes").ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_right_to_look_at_a_topic_the_wanted_values_alone_are_named()
    {
        var scope = Backend.UniqueName("s");
        await using var first = await PublishingAsync(scope, "old", team: null);
        using var rule = Aws.Faults.On("GetTopicAttributes", new AwsFault { BeforeCommit = () => new AwsError("AuthorizationError", "no", status: 403) });

        await using var blind = await PublishingAsync(scope, "new", team: null);

        blind.Logs.Lines.ShouldContain(x => x.Contains("DisplayName may not be 'new'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_of_which_nothing_is_configured_is_not_looked_at()
    {
        var scope = Backend.UniqueName("s");
        await using var first = await PublishingAsync(scope, "old", "chat");
        await using var silent = await PublishingAsync(scope, name: null, team: null);

        silent.Logs.Lines.ShouldNotContain(x => x.Contains("exists otherwise", StringComparison.Ordinal));
        Count("GetTopicAttributes").ShouldBe(0);
    }

    [Fact]
    public async Task An_address_of_another_region_goes_to_the_own_and_is_warned_of_once()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        var own = await bus.Control.GetSendEndpoint(new Uri($"amazonsqs://{FakeAccount.Region}/{Queue}"));
        await own.Send(new Ping { Number = 1 }, TestContext.Current.CancellationToken);
        bus.Logs.Lines.ShouldNotContain(x => x.Contains("this bus is in", StringComparison.Ordinal));

        for (var number = 2; number <= 3; number++)
        {
            var foreign = await bus.Control.GetSendEndpoint(new Uri($"amazonsqs://eu-west-9/{Queue}?durable={number == 2}"));
            await foreign.Send(new Ping { Number = number }, TestContext.Current.CancellationToken);
        }

        (await inbox.Reaches(3)).Order().ShouldBe([1, 2, 3]);
        bus.Logs.Lines.Where(x => x.Contains("this bus is in", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain($"The address of {Queue} is in eu-west-9, and this bus is in {FakeAccount.Region}: what is sent there goes to {Queue} in {FakeAccount.Region}.");
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

    private async Task DeleteAsync(string queue, TimeSpan rests)
    {
        Aws.DeletedFor = rests;
        using var sqs = await Backend.SqsAsync();
        var created = await sqs.CreateQueueAsync(queue, TestContext.Current.CancellationToken);
        await sqs.DeleteQueueAsync(created.QueueUrl, TestContext.Current.CancellationToken);
    }

    private async Task<TestBus> PublishingAsync(string scope, string? name, string? team)
    {
        var bus = await Backend.StartAsync(cfg => cfg.Publish<Ping>(x =>
        {
            if (name is not null)
                x.TopicAttributes["DisplayName"] = name;
            if (team is not null)
                x.TopicTags["team"] = team;
        }), scope: scope);
        await bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken);
        return bus;
    }
}
