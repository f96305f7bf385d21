using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

public sealed class WebhooksTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private const string Url = "https://example.com/hook?key=1";
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => api.Client(_user);

    private IWebhookMarks Marks => api.Services.GetRequiredService<IWebhookMarks>();

    [Fact]
    public async Task A_webhook_is_made_with_a_secret_that_is_shown_once()
    {
        var response = await Client.PostAsJsonAsync("/webhooks", new { url = Url }, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var made = await JsonAsync(response);
        made.GetProperty("secret").GetString().ShouldStartWith("whsec_");
        made.GetProperty("url").GetString().ShouldBe(Url);
        made.GetProperty("status").GetString().ShouldBe("enabled");
        made.GetProperty("chatId").ValueKind.ShouldBe(JsonValueKind.Null);
        Texts(made.GetProperty("events")).ShouldBe(["message.completed", "job.failed", "job.cancelled", "job.expired"]);
        response.Headers.Location!.ToString().ShouldBe($"/webhooks/{Id(made)}");

        var read = await Client.GetStringAsync(response.Headers.Location, Token);
        read.ShouldNotContain("whsec_");
        JsonSerializer.Deserialize<JsonElement>(read).GetProperty("webhookId").GetGuid().ShouldBe(Id(made));
        var list = await Client.GetStringAsync("/webhooks", Token);
        list.ShouldNotContain("whsec_");
        Id(JsonSerializer.Deserialize<JsonElement>(list).GetProperty("items").EnumerateArray().ShouldHaveSingleItem()).ShouldBe(Id(made));
    }

    [Theory]
    [InlineData("{}", "url")]
    [InlineData("""{"url":7}""", "url")]
    [InlineData("""{"url":"ftp://example.com"}""", "url")]
    [InlineData("""{"url":"https://a:b@example.com"}""", "url")]
    [InlineData("""{"url":"https://example.com","events":[]}""", "events")]
    [InlineData("""{"url":"https://example.com","events":["message.deleted"]}""", "events")]
    [InlineData("""{"url":"https://example.com","events":[1]}""", "events")]
    [InlineData("""{"url":"https://example.com","events":"job.failed"}""", "events")]
    [InlineData("""{"url":"https://example.com","chatId":"mine"}""", "chatId")]
    [InlineData("""{"url":"https://example.com","secret":"whsec_mine"}""", "secret")]
    [InlineData("""{"url":"https://example.com","url":"https://example.com"}""", "url")]
    [InlineData("""{"url":"\ud800"}""", "$")]
    [InlineData("[]", "$")]
    [InlineData("", "$")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var problem = await SubmitTests.ShouldBeProblemAsync(
            await Client.PostAsync(new Uri("/webhooks", UriKind.Relative), content, Token), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        using var content = new StringContent("""{"events":[],"chatId":1,"more":true}""", Encoding.UTF8, "application/json");

        var problem = await SubmitTests.ShouldBeProblemAsync(
            await Client.PostAsync(new Uri("/webhooks", UriKind.Relative), content, Token), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().Select(x => x.Name).ShouldBe(["url", "events", "chatId", "more"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_or_too_large_is_refused()
    {
        using var text = new StringContent("url=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var large = JsonContent.Create(new { url = "https://example.com/" + new string('a', 20_000) });

        await SubmitTests.ShouldBeProblemAsync(
            await Client.PostAsync(new Uri("/webhooks", UriKind.Relative), text, Token), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        await SubmitTests.ShouldBeProblemAsync(
            await Client.PostAsync(new Uri("/webhooks", UriKind.Relative), large, Token), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task A_webhook_can_be_of_a_chat_of_ones_own()
    {
        var job = await JsonAsync(await Client.PostAsJsonAsync("/chat", new { message = "hello" }, Token));
        var chatId = job.GetProperty("chatId").GetGuid();

        (await CreateAsync(new { url = Url, chatId })).GetProperty("chatId").GetGuid().ShouldBe(chatId);
        await SubmitTests.ShouldBeProblemAsync(
            await api.Client(_user + "-x").PostAsJsonAsync("/webhooks", new { url = Url, chatId }, Token), HttpStatusCode.NotFound, "chat-not-found");
    }

    [Fact]
    public async Task A_user_can_have_ten()
    {
        for (var i = 0; i < 10; i++)
            await CreateAsync(new { url = Url });

        await SubmitTests.ShouldBeProblemAsync(await Client.PostAsJsonAsync("/webhooks", new { url = Url }, Token), HttpStatusCode.Conflict, "too-many-webhooks");
        (await ListAsync()).Count.ShouldBe(10);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/rotate")]
    [InlineData("POST", "/test")]
    public async Task Another_users_webhook_is_not_there(string method, string path)
    {
        var webhook = await CreateAsync(new { url = Url });
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/webhooks/{Id(webhook)}{path}");
        if (method == "PATCH")
            request.Content = JsonContent.Create(new { enabled = false });

        await SubmitTests.ShouldBeProblemAsync(await api.Client(_user + "-x").SendAsync(request, Token), HttpStatusCode.NotFound, "webhook-not-found");

        (await GetAsync(webhook)).GetProperty("status").GetString().ShouldBe("enabled");
    }

    [Fact]
    public async Task A_webhook_is_changed_disabled_and_enabled()
    {
        var webhook = await CreateAsync(new { url = Url });

        var changed = await PatchAsync(webhook, """{"url":"https://example.com/2","events":["job.failed"]}""");
        (changed.GetProperty("url").GetString(), Texts(changed.GetProperty("events")).ShouldHaveSingleItem()).ShouldBe(("https://example.com/2", "job.failed"));
        Texts((await PatchAsync(webhook, """{"events":null}""")).GetProperty("events")).Count.ShouldBe(4);
        changed = await PatchAsync(webhook, """{"enabled":false}""");
        (changed.GetProperty("status").GetString(), changed.GetProperty("disabledReason").GetString()).ShouldBe(("disabled", "by_user"));
        changed = await PatchAsync(webhook, """{"enabled":true}""");
        (changed.GetProperty("status").GetString(), changed.GetProperty("disabledReason").ValueKind).ShouldBe(("enabled", JsonValueKind.Null));
        changed.GetProperty("url").GetString().ShouldBe("https://example.com/2");
        changed.TryGetProperty("secret", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"url":null}""", "url")]
    [InlineData("""{"enabled":"no"}""", "enabled")]
    [InlineData("""{"chatId":null}""", "chatId")]
    public async Task A_change_that_cannot_be_is_named(string body, string field)
    {
        var webhook = await CreateAsync(new { url = Url });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var problem = await SubmitTests.ShouldBeProblemAsync(
            await Client.PatchAsync(new Uri($"/webhooks/{Id(webhook)}", UriKind.Relative), content, Token), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
    }

    [Fact]
    public async Task A_webhook_is_deleted_once()
    {
        var uri = new Uri($"/webhooks/{Id(await CreateAsync(new { url = Url }))}", UriKind.Relative);

        (await Client.DeleteAsync(uri, Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Client.DeleteAsync(uri, Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Notifier_is_told_of_every_change()
    {
        List<string?> marks = [await Marks.GetAsync(_user, Token)];
        var webhook = await CreateAsync(new { url = Url });
        marks.Add(await Marks.GetAsync(_user, Token));
        await PatchAsync(webhook, """{"enabled":false}""");
        marks.Add(await Marks.GetAsync(_user, Token));
        await Client.DeleteAsync(new Uri($"/webhooks/{Id(webhook)}", UriKind.Relative), Token);
        marks.Add(await Marks.GetAsync(_user, Token));

        marks.Distinct().Count().ShouldBe(4);
        marks[0].ShouldBeNull();
    }

    [Fact]
    public async Task A_test_event_is_signed_with_all_secrets_and_its_answer_is_told()
    {
        await using var receiver = await Receiver.StartAsync();
        var webhook = await CreateAsync(new { url = receiver.Url });
        var rotated = await JsonAsync(await Client.PostAsync(new Uri($"/webhooks/{Id(webhook)}/rotate", UriKind.Relative), null, Token));
        rotated.GetProperty("secret").GetString().ShouldNotBe(webhook.GetProperty("secret").GetString());

        var good = await TestAsync(webhook);
        receiver.Answer(500);
        var bad = await TestAsync(webhook);

        (good.GetProperty("delivered").GetBoolean(), good.GetProperty("httpStatus").GetInt32(), good.GetProperty("reason").GetString()).ShouldBe((true, 200, null));
        (bad.GetProperty("delivered").GetBoolean(), bad.GetProperty("httpStatus").GetInt32(), bad.GetProperty("reason").GetString()).ShouldBe((false, 500, "http_status"));
        var received = receiver.All[0];
        received.IsSignedWith(webhook.GetProperty("secret").GetString()!).ShouldBeTrue("for a day");
        received.IsSignedWith(rotated.GetProperty("secret").GetString()!).ShouldBeTrue();
        received.Json.GetProperty("type").GetString().ShouldBe("webhook.test");
        received.Json.GetProperty("data").GetProperty("webhookId").GetGuid().ShouldBe(Id(webhook));
    }

    [Fact]
    public async Task A_job_shows_who_was_told_when_it_has_ended()
    {
        var job = await JsonAsync(await Client.PostAsJsonAsync("/chat", new { message = "hello" }, Token));
        var jobId = job.GetProperty("jobId").GetGuid();
        var deliveries = api.Services.GetRequiredService<IDeliveryStore>();
        var now = TimeProvider.System.GetUtcNow();
        (await JobAsync(jobId)).TryGetProperty("delivery", out _).ShouldBeFalse("it has not ended");

        await api.Services.GetRequiredService<IJobStore>().RecordOutcomeAsync(
            jobId, new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = now, FailureCode = "model_refused" }, Token);
        (await JobAsync(jobId)).GetProperty("delivery").GetProperty("webhooks").GetArrayLength().ShouldBe(0);
        var webhookId = Guid.CreateVersion7(now);
        await deliveries.AddAsync(
            new WebhookDelivery
            {
                JobId = jobId,
                Attempt = 1,
                WebhookId = webhookId,
                Host = "example.com",
                State = WebhookDeliveryStates.Pending,
                Tries = 2,
                LastStatus = 503,
                Reason = WebhookFailures.Status,
                CreatedAt = now,
                LastTriedAt = now,
                NextTryAt = now.AddMinutes(2),
            },
            Token);

        var delivery = (await JobAsync(jobId)).GetProperty("delivery");
        delivery.GetProperty("listeners").ValueKind.ShouldBe(JsonValueKind.Null, "no saga knows");
        var told = delivery.GetProperty("webhooks").EnumerateArray().ShouldHaveSingleItem();
        told.GetProperty("webhookId").GetGuid().ShouldBe(webhookId);
        told.GetProperty("host").GetString().ShouldBe("example.com");
        told.GetProperty("state").GetString().ShouldBe("pending");
        told.GetProperty("tries").GetInt32().ShouldBe(2);
        told.GetProperty("lastStatus").GetInt32().ShouldBe(503);
        told.GetProperty("nextTryAt").GetDateTimeOffset().ShouldBe(now.AddMinutes(2));
        (await api.Client(_user + "-x").GetAsync(new Uri($"/chat/jobs/{jobId}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<JsonElement> CreateAsync(object body)
    {
        var response = await Client.PostAsJsonAsync("/webhooks", body, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        return await JsonAsync(response);
    }

    private async Task<JsonElement> PatchAsync(JsonElement webhook, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await Client.PatchAsync(new Uri($"/webhooks/{Id(webhook)}", UriKind.Relative), content, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await JsonAsync(response);
    }

    private async Task<JsonElement> TestAsync(JsonElement webhook) =>
        await JsonAsync(await Client.PostAsync(new Uri($"/webhooks/{Id(webhook)}/test", UriKind.Relative), null, Token));

    private Task<JsonElement> GetAsync(JsonElement webhook) => Client.GetFromJsonAsync<JsonElement>($"/webhooks/{Id(webhook)}", Token);

    private Task<JsonElement> JobAsync(Guid jobId) => Client.GetFromJsonAsync<JsonElement>($"/chat/jobs/{jobId}", Token);

    private async Task<List<JsonElement>> ListAsync() =>
        [.. (await Client.GetFromJsonAsync<JsonElement>("/webhooks", Token)).GetProperty("items").EnumerateArray()];

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Token);

    private static List<string?> Texts(JsonElement list) => [.. list.EnumerateArray().Select(x => x.GetString())];

    private static Guid Id(JsonElement webhook) => webhook.GetProperty("webhookId").GetGuid();
}
