using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Store;
using CloudIa.Webhooks.Signing;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.Webhooks;

public sealed class DeliverWebhookConsumerTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task An_answer_is_delivered_signed_and_recorded()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("Olá, 世界 🌍");

        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeTrue();

        var received = rig.Receiver.All.ShouldHaveSingleItem();
        received.IsSignedWith(webhook.Secret.Value).ShouldBeTrue();
        received.Timestamp.ShouldBe(rig.Time.GetUtcNow());
        received.Json.GetProperty("type").GetString().ShouldBe("message.completed");
        ClientEventJson.Deserialize(System.Text.Encoding.UTF8.GetBytes(received.Json.GetProperty("data").GetRawText()))
            .ShouldBeOfType<MessageCompleted>().Content.ShouldBe("Olá, 世界 🌍");
        rig.Webhooks.Deliveries.ShouldHaveSingleItem().ShouldBe(new WebhookDelivery
        {
            JobId = rig.Job.JobId,
            Attempt = 1,
            WebhookId = webhook.WebhookId,
            Host = "127.0.0.1",
            State = "delivered",
            Tries = 1,
            LastStatus = 200,
            CreatedAt = rig.Time.GetUtcNow(),
            LastTriedAt = rig.Time.GetUtcNow(),
            DeliveredAt = rig.Time.GetUtcNow(),
        });
        rig.Sent().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(JobOutcome.Failed, "model_unavailable", "job.failed", "error")]
    [InlineData(JobOutcome.Expired, "expired", "job.expired", "error")]
    [InlineData(JobOutcome.Cancelled, "cancelled", "job.cancelled", "job_cancelled")]
    public async Task Every_end_has_its_event(JobOutcome outcome, string code, string type, string name)
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();

        await rig.HandleAsync(rig.Command(webhook) with { Outcome = outcome, FailureCode = code });

        var body = rig.Receiver.All.ShouldHaveSingleItem().Json;
        body.GetProperty("type").GetString().ShouldBe(type);
        body.GetProperty("data").GetProperty("event").GetString().ShouldBe(name);
    }

    /// <summary>The whole schedule, on a clock that jumps to each message's time.</summary>
    [Fact]
    public async Task A_receiver_that_fails_is_tried_by_the_schedule_and_then_given_up()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(500, 503, 404);
        var start = rig.Time.GetUtcNow();

        await rig.HandleAsync(rig.Command(webhook));

        var second = rig.Sent().ShouldHaveSingleItem();
        second.Command.ShouldBe(rig.Command(webhook, 2) with { NotBefore = start.AddMinutes(5) });
        second.Delay.ShouldBe(TimeSpan.FromMinutes(5));
        var row = rig.Webhooks.Deliveries.ShouldHaveSingleItem();
        (row.State, row.Tries, row.LastStatus, row.Reason, row.NextTryAt).ShouldBe(("pending", 1, 500, "http_status", start.AddMinutes(5)));
        rig.Webhooks[webhook.WebhookId].FailingSince.ShouldBe(start);

        rig.Time.Advance(TimeSpan.FromMinutes(5));
        await rig.HandleAsync(second.Command);
        var third = rig.Sent()[^1];
        (third.Command.Try, third.Delay).ShouldBe((3, Longest), "SQS holds no message longer");

        // In hops, which are no tries.
        foreach (var (hop, rest) in new[] { (1, 15), (2, 10) })
        {
            rig.Time.Advance(Longest);
            await rig.HandleAsync(third.Command);
            var next = rig.Sent()[^1];
            (next.Command, next.Delay).ShouldBe((third.Command with { Hop = hop }, TimeSpan.FromMinutes(rest)));
            third = next;
        }

        rig.Receiver.All.Count.ShouldBe(2);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        var before = rig.Sent().Count;
        await rig.HandleAsync(third.Command);

        rig.Sent().Count.ShouldBe(before);
        rig.Receiver.All.Count.ShouldBe(3);
        rig.Receiver.All.Select(x => x.Id).Distinct().Count().ShouldBe(1, "it is the same event each time");
        rig.Receiver.All.ShouldAllBe(x => x.IsSignedWith(webhook.Secret.Value));
        rig.Receiver.All.Select(x => x.Text).Distinct().Count().ShouldBe(1);
        row = rig.Webhooks.Deliveries.ShouldHaveSingleItem();
        (row.State, row.Tries, row.LastStatus, row.NextTryAt).ShouldBe(("undelivered", 3, 404, null));
        rig.Webhooks[webhook.WebhookId].IsEnabled.ShouldBeTrue("it has failed for less than days");
        rig.Sent().Select(x => x.MessageId).Distinct().Count().ShouldBe(rig.Sent().Count, "each command has an id of its own");
    }

    [Fact]
    public async Task A_webhook_that_has_failed_for_days_is_disabled_when_a_delivery_is_given_up()
    {
        await using var rig = await DeliverWebhookRig.StartAsync(("DisableAfter", "5.00:00:00"));
        var webhook = rig.Add(x => x with { FailingSince = rig.Time.GetUtcNow().AddDays(-5) });
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(500, 500);

        rig.Receiver.Answer(500);
        await rig.HandleAsync(rig.Command(webhook));
        await rig.HandleAsync(rig.Command(webhook, 2));
        rig.Webhooks[webhook.WebhookId].IsEnabled.ShouldBeTrue();
        await rig.HandleAsync(rig.Command(webhook, 3));

        rig.Webhooks[webhook.WebhookId].DisabledReason.ShouldBe("failing");
    }

    [Fact]
    public async Task A_delivery_ends_the_time_of_failing()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add(x => x with { FailingSince = rig.Time.GetUtcNow().AddDays(-50) });
        rig.KeepAnswer("hello");

        await rig.HandleAsync(rig.Command(webhook));

        rig.Webhooks[webhook.WebhookId].FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_called_again()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(410);

        await rig.HandleAsync(rig.Command(webhook));
        await rig.HandleAsync(rig.Command(webhook) with { Attempt = 2 });

        rig.Receiver.All.Count.ShouldBe(1);
        rig.Sent().ShouldBeEmpty();
        (rig.Webhooks[webhook.WebhookId].DisabledReason, rig.Webhooks[webhook.WebhookId].DisabledAt).ShouldBe(("gone", rig.Time.GetUtcNow()));
        rig.Webhooks.Deliveries.OrderBy(x => x.Attempt).Select(x => (x.State, x.LastStatus, x.Reason)).ShouldBe(
            [("undelivered", 410, "http_status"), ("undelivered", null, "disabled_gone")]);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_receiver_may_ask_for_more_time(int status)
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (status, "600");
            return Task.CompletedTask;
        });

        await rig.HandleAsync(rig.Command(webhook));

        rig.Sent().ShouldHaveSingleItem().Delay.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task The_same_message_again_makes_no_second_request()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");

        await rig.HandleAsync(rig.Command(webhook));
        await rig.HandleAsync(rig.Command(webhook));

        rig.Receiver.All.Count.ShouldBe(1);
    }

    /// <summary>The process died when the try was recorded, and its message came again.</summary>
    [Fact]
    public async Task A_try_that_is_recorded_is_not_made_again_and_the_next_one_is_not_lost()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(500);
        var deaths = 0;
        rig.Webhooks.AfterReplace = _ => throw new InvalidOperationException($"killed {deaths++}");

        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeTrue();

        (rig.Receiver.All.Count, deaths).ShouldBe((1, 1));
        rig.Sent().ShouldHaveSingleItem().Command.Try.ShouldBe(2);
    }

    /// <summary>The process died after the request, before anything of it was recorded.</summary>
    [Fact]
    public async Task A_try_that_is_not_recorded_is_made_again_under_the_same_id()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        var deaths = 0;
        rig.Webhooks.BeforeReplace = _ =>
        {
            if (deaths++ < 3)
                throw new InvalidOperationException("killed");
        };

        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeFalse("two quick retries are made, and all fail");
        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeTrue();

        rig.Receiver.All.Count.ShouldBe(4);
        rig.Receiver.All.Select(x => x.Id).Distinct().Count().ShouldBe(1);
        rig.Webhooks.Deliveries.ShouldHaveSingleItem().State.ShouldBe("delivered");
    }

    /// <summary>Two have the same message at once: the other one records first. Or it was this one, and the answer was lost.</summary>
    [Fact]
    public async Task Who_comes_second_to_record_goes_on_from_what_is_there()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(500);
        rig.Webhooks.BeforeReplace = rig.Webhooks.Put;

        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeTrue();

        rig.Sent().ShouldHaveSingleItem().Command.Try.ShouldBe(2);
    }

    [Fact]
    public async Task An_old_message_that_comes_late_does_nothing()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(500, 500);
        await rig.HandleAsync(rig.Command(webhook));
        await rig.HandleAsync(rig.Command(webhook, 2));
        var sent = rig.Sent().Count;

        await rig.HandleAsync(rig.Command(webhook));

        rig.Receiver.All.Count.ShouldBe(2);
        rig.Sent().Count.ShouldBe(sent);
    }

    [Theory]
    [InlineData(true, "webhook_deleted")]
    [InlineData(false, "disabled_by_user")]
    public async Task A_webhook_that_is_no_more_is_not_called(bool deleted, string reason)
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add(x => x with { DisabledReason = "by_user" });
        rig.KeepAnswer("hello");
        if (deleted)
            await rig.Webhooks.DeleteAsync("ana", webhook.WebhookId, TestContext.Current.CancellationToken);

        await rig.HandleAsync(rig.Command(webhook));

        rig.Receiver.All.ShouldBeEmpty();
        var row = rig.Webhooks.Deliveries.ShouldHaveSingleItem();
        (row.State, row.Tries, row.Reason).ShouldBe(("undelivered", 0, reason));
    }

    [Fact]
    public async Task Another_users_webhook_is_never_called()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add(x => x with { UserId = "bob" });
        rig.KeepAnswer("hello");

        await rig.HandleAsync(rig.Command(webhook));

        rig.Receiver.All.ShouldBeEmpty();
        rig.Webhooks.Deliveries.ShouldHaveSingleItem().Reason.ShouldBe("webhook_deleted");
    }

    [Fact]
    public async Task An_answer_that_is_kept_nowhere_any_more_cannot_be_delivered()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();

        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeTrue();

        rig.Receiver.All.ShouldBeEmpty();
        rig.Webhooks.Deliveries.ShouldHaveSingleItem().Reason.ShouldBe("content_gone");
    }

    [Fact]
    public async Task Of_a_job_that_was_deleted_nothing_is_told_and_nothing_written()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.Jobs.Put(rig.Job.Record with { ErasedAt = rig.Time.GetUtcNow() });

        (await rig.HandleAsync(rig.Command(webhook) with { Outcome = JobOutcome.Cancelled, FailureCode = "cancelled" })).ShouldBeTrue();

        rig.Receiver.All.ShouldBeEmpty();
        rig.Webhooks.Deliveries.ShouldBeEmpty();
        rig.Sent().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fault_of_ours_is_no_failure_of_the_receivers()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.Chats.GetMessageAsync(default, default, TestContext.Current.CancellationToken).ReturnsForAnyArgs<MessageRecord?>(_ => throw new TimeoutException("DynamoDB is away."));

        (await rig.HandleAsync(rig.Command(webhook))).ShouldBeFalse();

        rig.Webhooks.Deliveries.ShouldBeEmpty();
        rig.Webhooks[webhook.WebhookId].FailingSince.ShouldBeNull();
    }

    /// <summary>As when an operator sends a dead letter again.</summary>
    [Fact]
    public async Task A_delivery_that_a_fault_of_ours_ended_can_be_taken_up_again()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add();
        rig.KeepAnswer("hello");
        rig.Webhooks.Put(new WebhookDelivery
        {
            JobId = rig.Job.JobId,
            Attempt = 1,
            WebhookId = webhook.WebhookId,
            Host = "127.0.0.1",
            State = "undelivered",
            Reason = "internal_error",
            Tries = 1,
            CreatedAt = rig.Time.GetUtcNow(),
        });

        await rig.HandleAsync(rig.Command(webhook, 2));

        rig.Webhooks.Deliveries.ShouldHaveSingleItem().State.ShouldBe("delivered");
    }

    [Fact]
    public async Task The_time_of_the_event_is_when_the_listeners_were_told_and_that_of_the_signature_is_now()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var webhook = rig.Add(x => x with { Replaced = [new(WebhookSecrets.Create(), rig.Time.GetUtcNow().AddHours(1))] });
        rig.KeepAnswer("hello");
        var command = rig.Command(webhook);
        rig.Time.Advance(TimeSpan.FromHours(2));

        await rig.HandleAsync(command);

        var received = rig.Receiver.All.ShouldHaveSingleItem();
        received.Json.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(command.Timestamp);
        received.Json.GetProperty("data").GetProperty("timestamp").GetDateTimeOffset().ShouldBe(command.Timestamp);
        received.Timestamp.ShouldBe(rig.Time.GetUtcNow());
        received.IsSignedWith(webhook.Replaced[0].Secret.Value).ShouldBeFalse("its time is over");
    }
}
