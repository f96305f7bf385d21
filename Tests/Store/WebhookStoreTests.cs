using CloudIa.Contracts;
using CloudIa.Store;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class WebhookStoreTests(StoreTableFixture store) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _user = $"user-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IWebhookStore Webhooks => store.Webhooks;

    [Fact]
    public async Task A_webhook_is_its_users_alone()
    {
        var webhook = await AddAsync();

        (await Webhooks.GetAsync(_user, webhook.WebhookId, Token)).ShouldBe(webhook);
        (await Webhooks.ListAsync(_user, Token)).ShouldBe([webhook]);
        var other = _user + "-x";
        (await Webhooks.GetAsync(other, webhook.WebhookId, Token)).ShouldBeNull();
        (await Webhooks.ListAsync(other, Token)).ShouldBeEmpty();
        (await Webhooks.DeleteAsync(other, webhook.WebhookId, Token)).ShouldBeFalse();
        (await Webhooks.ChangeAsync(other, webhook.WebhookId, new WebhookChange { Enabled = false }, Now, Token)).ShouldBeNull();
        (await Webhooks.RotateAsync(other, webhook.WebhookId, new("whsec_new"), Now, Now.AddHours(24), Token)).ShouldBeNull();
        (await Webhooks.GetAsync(_user, webhook.WebhookId, Token)).ShouldBe(webhook);
    }

    [Fact]
    public async Task Of_many_that_are_made_at_once_a_user_gets_ten()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => Webhooks.TryAddAsync(New(), Token)));

        made.Count(x => x is not null).ShouldBe(10);
        (await Webhooks.ListAsync(_user, Token)).Select(x => x.WebhookId).ShouldBe(made.OfType<WebhookRecord>().Select(x => x.WebhookId), ignoreOrder: true);
        (await Webhooks.TryAddAsync(New(), Token)).ShouldBeNull();
        (await Webhooks.DeleteAsync(_user, made.OfType<WebhookRecord>().First().WebhookId, Token)).ShouldBeTrue();
        (await Webhooks.TryAddAsync(New(), Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task One_that_takes_the_place_of_a_deleted_one_is_not_it()
    {
        var old = await AddAsync();
        await Webhooks.DeleteAsync(_user, old.WebhookId, Token);
        var webhook = await AddAsync();

        (await Webhooks.GetAsync(_user, old.WebhookId, Token)).ShouldBeNull();
        (await Webhooks.DeleteAsync(_user, old.WebhookId, Token)).ShouldBeFalse();
        await Webhooks.DisableAsync(_user, old.WebhookId, "gone", Now, Token);
        await Webhooks.SetFailingAsync(_user, old.WebhookId, Now, Token);
        (await Webhooks.GetAsync(_user, webhook.WebhookId, Token)).ShouldBe(webhook);
    }

    [Fact]
    public async Task A_change_changes_what_it_names()
    {
        var webhook = await AddAsync();

        var changed = await ChangeAsync(webhook, new() { Url = "https://example.com/2" });
        changed.ShouldBe(webhook with { Url = "https://example.com/2", UpdatedAt = Now.AddMinutes(1) });
        changed = await ChangeAsync(webhook, new() { Events = ["job.failed"] });
        (changed.Url, changed.Events.ShouldHaveSingleItem()).ShouldBe(("https://example.com/2", "job.failed"));
        (await ChangeAsync(webhook, new() { Events = [] })).Events.ShouldBeEmpty();
        changed = await ChangeAsync(webhook, new() { Enabled = false });
        (changed.DisabledReason, changed.DisabledAt).ShouldBe(("by_user", Now.AddMinutes(1)));
        (await ChangeAsync(webhook, new() { Enabled = true })).IsEnabled.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_disables_first_says_why_and_enabling_forgets_it()
    {
        var webhook = await AddAsync();
        await Webhooks.SetFailingAsync(_user, webhook.WebhookId, Now, Token);
        await Webhooks.SetFailingAsync(_user, webhook.WebhookId, Now.AddDays(1), Token);
        await Webhooks.DisableAsync(_user, webhook.WebhookId, "gone", Now, Token);
        await Webhooks.DisableAsync(_user, webhook.WebhookId, "failing", Now.AddDays(1), Token);

        var disabled = (await Webhooks.GetAsync(_user, webhook.WebhookId, Token))!;
        (disabled.DisabledReason, disabled.DisabledAt, disabled.FailingSince).ShouldBe(("gone", Now, Now));

        var enabled = await ChangeAsync(webhook, new() { Enabled = true });
        (enabled.DisabledReason, enabled.DisabledAt, enabled.FailingSince).ShouldBe((null, null, null));
    }

    [Fact]
    public async Task One_that_works_again_is_no_longer_failing()
    {
        var webhook = await AddAsync();
        await Webhooks.SetFailingAsync(_user, webhook.WebhookId, Now, Token);
        await Webhooks.SetFailingAsync(_user, webhook.WebhookId, since: null, Token);

        (await Webhooks.GetAsync(_user, webhook.WebhookId, Token)).ShouldBe(webhook);
    }

    [Fact]
    public async Task Secrets_that_were_replaced_sign_until_their_time_is_over()
    {
        var webhook = await AddAsync();
        await RotateAsync(webhook, "whsec_2", Now);
        var rotated = await RotateAsync(webhook, "whsec_3", Now.AddHours(1));

        rotated.Secret.Value.ShouldBe("whsec_3");
        rotated.Replaced.ShouldBe([new(new("whsec_2"), Now.AddHours(25)), new(webhook.Secret, Now.AddHours(24))]);
        rotated = await RotateAsync(webhook, "whsec_4", Now.AddHours(24));
        rotated.Replaced.Select(x => x.Secret.Value).ShouldBe(["whsec_3", "whsec_2"]);

        for (var i = 5; i < 15; i++)
            rotated = await RotateAsync(webhook, $"whsec_{i}", Now.AddHours(24));
        rotated.Replaced.Select(x => x.Secret.Value).ShouldBe(["whsec_13", "whsec_12", "whsec_11", "whsec_10", "whsec_9"]);
    }

    [Fact]
    public async Task Of_many_rotations_at_once_none_loses_the_secret_of_another()
    {
        var webhook = await AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RotateAsync(webhook, $"whsec_new{i}", Now)));

        var rotated = (await Webhooks.GetAsync(_user, webhook.WebhookId, Token))!;
        rotated.Replaced.Select(x => x.Secret).Append(rotated.Secret).ShouldBe(
            [webhook.Secret, new("whsec_new0"), new("whsec_new1"), new("whsec_new2"), new("whsec_new3")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_delivery_begins_once_and_is_replaced_only_where_it_is_what_was_read()
    {
        var delivery = new WebhookDelivery
        {
            JobId = Guid.CreateVersion7(Now),
            Attempt = 1,
            WebhookId = Guid.CreateVersion7(Now),
            Host = "example.com",
            State = WebhookDeliveryStates.Pending,
            CreatedAt = Now,
        };
        var tried = delivery with { Tries = 1, LastStatus = 500, NextTryAt = Now.AddSeconds(5) };
        await store.Deliveries.AddAsync(delivery, Token);
        (await store.Deliveries.TryReplaceAsync(delivery, tried, Token)).ShouldBeTrue();
        await store.Deliveries.AddAsync(delivery, Token);
        (await store.Deliveries.TryReplaceAsync(delivery, tried with { LastStatus = 404 }, Token)).ShouldBeFalse();
        (await store.Deliveries.TryReplaceAsync(null, delivery, Token)).ShouldBeFalse();

        (await store.Deliveries.GetAsync(delivery.JobId, delivery.WebhookId, 1, Token)).ShouldBe(tried);
        (await store.Deliveries.GetAsync(delivery.JobId, delivery.WebhookId, 2, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_job_is_read_with_its_deliveries_and_without_its_dead_letters()
    {
        var job = new JobRecord { JobId = Guid.CreateVersion7(Now), UserId = _user, ChatId = Guid.CreateVersion7(Now), Turn = 1, BodyHash = "aa", Prompt = "?", AcceptedAt = Now };
        (await store.Deliveries.ReadJobAsync(job.JobId, Token)).ShouldBeNull();
        var delivery = new WebhookDelivery
        {
            JobId = job.JobId,
            Attempt = 1,
            WebhookId = Guid.CreateVersion7(Now),
            Host = "example.com",
            State = WebhookDeliveryStates.Delivered,
            CreatedAt = Now,
        };
        await store.Deliveries.AddAsync(delivery, Token);
        (await store.Deliveries.ReadJobAsync(job.JobId, Token)).ShouldBeNull("there is no job");

        await store.Jobs.TryAddAsync(job, Token);
        await store.Failures.AddAsync(
            new() { Queue = "invoke-llm", Kind = FailureKinds.Error, MessageId = "1", At = Now, JobId = job.JobId, Body = "{}" }, Token);
        await store.Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = Now }, Token);

        var read = (await store.Deliveries.ReadJobAsync(job.JobId, Token)).ShouldNotBeNull();
        read.Job.Outcome!.Outcome.ShouldBe(JobOutcome.Completed);
        read.Webhooks.ShouldBe([delivery]);
    }

    private async Task<WebhookRecord> AddAsync() => (await Webhooks.TryAddAsync(New(), Token)).ShouldNotBeNull();

    private async Task<WebhookRecord> ChangeAsync(WebhookRecord webhook, WebhookChange change) =>
        (await Webhooks.ChangeAsync(_user, webhook.WebhookId, change, Now.AddMinutes(1), Token)).ShouldNotBeNull();

    private async Task<WebhookRecord> RotateAsync(WebhookRecord webhook, string secret, DateTimeOffset now) =>
        (await Webhooks.RotateAsync(_user, webhook.WebhookId, new(secret), now, now.AddHours(24), Token)).ShouldNotBeNull();

    private WebhookRecord New() => new()
    {
        WebhookId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
        UserId = _user,
        Url = "https://example.com/hook",
        Secret = new("whsec_first"),
        CreatedAt = Now,
        UpdatedAt = Now,
    };
}
