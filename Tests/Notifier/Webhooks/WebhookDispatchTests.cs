using CloudIa.Contracts;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.Webhooks;

public sealed class WebhookDispatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_end_of_a_job_is_told_to_each_webhook_of_its_user_before_the_saga_hears_of_it()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var (one, two) = (rig.Add(), rig.Add());
        rig.Add(x => x with { UserId = "bob" });
        rig.Add(x => x with { DisabledReason = "by_user" });
        rig.KeepAnswer("hello");

        await rig.HandleAsync(rig.Ended());

        await Eventually.Is(() => rig.Webhooks.Deliveries.Count(x => x.State == "delivered") == 2, "both are told");
        rig.Webhooks.Deliveries.Select(x => x.WebhookId).ShouldBe([one.WebhookId, two.WebhookId], ignoreOrder: true);
        rig.Receiver.All.Count.ShouldBe(2);
        rig.Sent().Count.ShouldBe(2);
        rig.SentBeforeTheSagaWasTold.ShouldBe(2);
    }

    [Fact]
    public async Task A_webhook_hears_of_its_chat_and_its_events_alone()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        var mine = rig.Add(x => x with { ChatId = rig.Job.ChatId, Events = ["job.failed", "job.expired"] });
        rig.Add(x => x with { ChatId = NewId.NextGuid() });
        rig.Add(x => x with { Events = ["message.completed"] });

        await rig.HandleAsync(rig.Ended(JobOutcome.Failed, failureCode: "model_refused"));
        await rig.HandleAsync(rig.Ended(JobOutcome.Cancelled, attempt: 2, failureCode: "cancelled"));

        await Eventually.Is(() => rig.Webhooks.Deliveries.All(x => x.State == "delivered"), "it is told");
        var told = rig.Webhooks.Deliveries.Where(x => x.WebhookId == mine.WebhookId).ShouldHaveSingleItem();
        told.Attempt.ShouldBe(1);
        rig.Receiver.All.ShouldHaveSingleItem().Json.GetProperty("data").GetProperty("details").GetString().ShouldBe("model_refused");
    }

    /// <summary>The process died before it acknowledged, and the command came again.</summary>
    [Fact]
    public async Task The_same_end_again_is_one_delivery_under_one_id()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        rig.Add();
        rig.KeepAnswer("hello");

        await rig.HandleAsync(rig.Ended());
        await Eventually.Is(() => rig.Webhooks.Deliveries.Any(x => x.State == "delivered"), "it is told");
        await rig.HandleAsync(rig.Ended());
        await rig.HandleAsync(rig.Sent()[0].Command);

        rig.Sent().Count.ShouldBe(2);
        rig.Sent().Select(x => x.MessageId).Distinct().Count().ShouldBe(1);
        rig.Receiver.All.Count.ShouldBe(1);
        rig.Webhooks.Deliveries.ShouldHaveSingleItem().Tries.ShouldBe(1);
    }

    [Fact]
    public async Task Each_attempt_is_told_under_an_id_of_its_own()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        rig.Add();

        await rig.HandleAsync(rig.Ended(JobOutcome.Failed, failureCode: "model_unavailable"));
        await rig.HandleAsync(rig.Ended(JobOutcome.Failed, attempt: 2, failureCode: "model_unavailable"));

        await Eventually.Is(() => rig.Receiver.All.Count == 2, "both are told");
        rig.Receiver.All.Select(x => x.Id).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Users_webhooks_are_asked_for_once_and_again_when_they_were_changed_or_time_has_passed()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        rig.KeepAnswer("hello");

        for (var attempt = 1; attempt <= 5; attempt++)
            await rig.HandleAsync(rig.Ended(attempt: attempt));
        rig.Webhooks.Lists.ShouldBe(1, "a user without webhooks costs nothing");

        rig.Add();
        await rig.Webhooks.ChangeAsync("ana", Token);
        await rig.HandleAsync(rig.Ended(attempt: 6));
        await Eventually.Is(() => rig.Receiver.All.Count == 1, "a webhook is known as soon as it is made");
        await rig.HandleAsync(rig.Ended(attempt: 7));
        rig.Webhooks.Lists.ShouldBe(2);

        rig.Time.Advance(TimeSpan.FromMinutes(6));
        await rig.HandleAsync(rig.Ended(attempt: 8));
        rig.Webhooks.Lists.ShouldBe(3);
    }

    [Fact]
    public async Task A_webhook_that_is_disabled_on_the_way_is_not_told_of_the_next_job()
    {
        await using var rig = await DeliverWebhookRig.StartAsync();
        rig.Add();
        rig.KeepAnswer("hello");
        rig.Receiver.Answer(410);
        await rig.HandleAsync(rig.Ended());
        await Eventually.Is(() => rig.Webhooks.Deliveries.Any(x => x.State == "undelivered"), "it is gone");

        await rig.HandleAsync(rig.Ended(attempt: 2));

        rig.Webhooks.Deliveries.ShouldHaveSingleItem().Attempt.ShouldBe(1);
    }
}
