using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>Taking away and deleting what is kept of a user, over HTTP and the real table. That all is gone in the end: <c>WholeSystemTests</c>.</summary>
public sealed class MeTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => api.Client(_user);

    private T Get<T>()
        where T : notnull => api.Services.GetRequiredService<T>();

    [Fact]
    public async Task An_export_has_all_there_is_of_its_user_and_nothing_of_others()
    {
        // More than a page of messages, in one chat.
        var job = await PostAsync(Client, "the first words");
        var (jobId, chatId) = (job.GetProperty("jobId").GetGuid(), job.GetProperty("chatId").GetGuid());
        for (var n = 1; n <= 130; n++)
            await Get<IChatStore>().AddMessageAsync(Message(chatId, n), 1, Token);
        (await Client.PatchAsJsonAsync($"/chats/{chatId}", new { systemPrompt = "be brief" }, Token)).EnsureSuccessStatusCode();
        await PostAsync(Client, "another chat");
        await Get<IUsageStore>().AddAsync(
            new UsageRecord { UserId = _user, JobId = jobId, ChatId = chatId, Attempt = 1, At = new(2020, 1, 2, 0, 0, 0, TimeSpan.Zero), Model = "m", Usage = new TokenUsage { InputTokens = 7 } }, Token);
        await Get<IJobStore>().RecordOutcomeAsync(
            jobId, new JobOutcomeRecord { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = TimeProvider.System.GetUtcNow(), Provider = "somebody" }, Token);
        await Get<IDeliveryStore>().AddAsync(
            new WebhookDelivery
            {
                JobId = jobId,
                WebhookId = Guid.CreateVersion7(),
                Attempt = 1,
                Host = "hook.invalid",
                State = WebhookDeliveryStates.Delivered,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            },
            Token);
        var key = await JsonAsync(await Client.PostAsJsonAsync("/me/keys", new { name = "laptop" }, Token));
        var hook = await JsonAsync(await Client.PostAsJsonAsync("/webhooks", new { url = "https://hook.invalid/x" }, Token));
        await PostAsync(api.Client(standIns.UniqueName("other")), "another user's words");

        using var response = await Client.GetAsync(new Uri("/me/export", UriKind.Relative), Token);
        var text = await response.Content.ReadAsStringAsync(Token);

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        var export = JsonDocument.Parse(text).RootElement;
        export.EnumerateObject().Select(x => x.Name).ShouldBe(["exportedAt", "userId", "chats", "jobs", "usage", "apiKeys", "webhooks"]);
        export.GetProperty("userId").GetString().ShouldBe(_user);
        export.GetProperty("chats").GetArrayLength().ShouldBe(2);
        var chat = export.GetProperty("chats").EnumerateArray().Single(x => x.GetProperty("chat").GetProperty("chatId").GetGuid() == chatId);
        chat.GetProperty("chat").GetProperty("systemPrompt").GetString().ShouldBe("be brief");
        chat.GetProperty("messages").EnumerateArray().Select(x => x.GetProperty("content").GetString()).ShouldBe(Enumerable.Range(1, 130).Reverse().Select(n => $"message {n}"));
        export.GetProperty("jobs").EnumerateArray().Select(x => x.GetProperty("prompt").GetString()).ShouldBe(["the first words", "another chat"]);
        export.GetProperty("usage")[0].GetProperty("usage").GetProperty("inputTokens").GetInt32().ShouldBe(7);
        export.GetProperty("apiKeys")[0].GetProperty("keyId").GetGuid().ShouldBe(key.GetProperty("keyId").GetGuid());
        export.GetProperty("webhooks")[0].GetProperty("webhookId").GetGuid().ShouldBe(hook.GetProperty("webhookId").GetGuid());
        var exported = export.GetProperty("jobs")[0];
        exported.GetProperty("provider").GetString().ShouldBe("somebody");
        exported.GetProperty("webhooks").EnumerateArray().ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("delivered");
        text.ShouldNotContain("another user's words");
        text.ShouldNotContain(key.GetProperty("key").GetString()![^43..]);
        text.ShouldNotContain(hook.GetProperty("secret").GetString()!);
    }

    [Fact]
    public async Task An_export_of_nobody_is_empty_and_whole()
    {
        var export = await Client.GetFromJsonAsync<JsonElement>("/me/export", Token);

        export.EnumerateObject().Where(x => x.Value.ValueKind == JsonValueKind.Array).Select(x => x.Value.GetArrayLength()).ShouldBe([0, 0, 0, 0, 0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task An_export_that_breaks_off_is_no_document(int messages)
    {
        // At a row that cannot be read, when little was written, or when some of it was sent.
        var job = await PostAsync(Client, "hello");
        for (var n = 1; n <= messages; n++)
            await Get<IChatStore>().AddMessageAsync(Message(job.GetProperty("chatId").GetGuid(), n) with { Content = new string('x', 20_000) }, 1, Token);
        await Get<IAmazonDynamoDB>().PutItemAsync(
            new PutItemRequest { TableName = Get<IOptions<StoreOptions>>().Value.TableName, Item = new() { ["pk"] = new($"USER#{_user}"), ["sk"] = new("USAGE#20200101#broken") } }, Token);

        await Should.ThrowAsync<HttpRequestException>(() => Client.GetStringAsync(new Uri("/me/export", UriKind.Relative), Token));
    }

    [Fact]
    public async Task While_a_deletion_runs_nothing_new_is_taken_and_reading_goes_on()
    {
        var job = await PostAsync(Client, "hello");
        var (jobId, chatId) = (job.GetProperty("jobId").GetGuid(), job.GetProperty("chatId").GetGuid());
        (await StatusAsync(HttpMethod.Get, "/me/deletion")).ShouldBe(404);
        var first = await JsonAsync(await Client.DeleteAsync(new Uri("/me", UriKind.Relative), Token));
        var second = await JsonAsync(await Client.DeleteAsync(new Uri("/me", UriKind.Relative), Token));
        first.GetProperty("status").GetString().ShouldBe("running");
        second.GetProperty("requestedAt").GetDateTimeOffset().ShouldBe(first.GetProperty("requestedAt").GetDateTimeOffset(), "twice is once");

        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Post, "/chat", new { message = "more" }),
            (HttpMethod.Post, $"/chat/jobs/{jobId}/edit", new { message = "more" }),
            (HttpMethod.Post, $"/chat/jobs/{jobId}/regenerate", null),
            (HttpMethod.Post, $"/chat/jobs/{jobId}/retry", null),
            (HttpMethod.Patch, $"/chats/{chatId}", new { title = "t" }),
            (HttpMethod.Post, "/me/keys", new { name = "n" }),
            (HttpMethod.Post, "/webhooks", new { url = "https://hook.invalid/x" }),
            (HttpMethod.Post, "/v1/chat/completions", new { model = "echo", messages = new[] { new { role = "user", content = "more" } } }),
            (HttpMethod.Post, "/v1/responses", new { model = "echo", input = "more" }),
        })
            (await StatusAsync(method, path, body)).ShouldBe(409, $"{method} {path}");

        (await StatusAsync(HttpMethod.Get, $"/chat/jobs/{jobId}")).ShouldBe(200);
        (await StatusAsync(HttpMethod.Get, "/chats")).ShouldBe(200);
        (await StatusAsync(HttpMethod.Post, $"/chat/jobs/{jobId}/cancel")).ShouldBe(202);
        (await StatusAsync(HttpMethod.Delete, $"/chats/{chatId}")).ShouldBe(204);
        (await Get<IJobStore>().ListOfUserAsync(_user, Token).ToListAsync(Token)).ShouldHaveSingleItem("no row was made");

        // What it would take was given back: the user's places are not used up by refusals.
        await Get<IErasureStore>().CompleteAsync((await Get<IErasureStore>().GetAsync(_user, null, Token))!, DateTimeOffset.UnixEpoch, Token);
        (await Client.GetFromJsonAsync<JsonElement>("/me/deletion", Token)).GetProperty("status").GetString().ShouldBe("completed");
        (await StatusAsync(HttpMethod.Post, "/chat", new { message = "anew" })).ShouldBe(202);
    }

    [Fact]
    public async Task The_key_of_a_job_that_was_deleted_says_so()
    {
        var client = Client;
        client.DefaultRequestHeaders.Add("Idempotency-Key", "k");
        var jobId = (await PostAsync(client, "hello")).GetProperty("jobId").GetGuid();
        await Get<IJobStore>().RecordOutcomeAsync(jobId, new JobOutcomeRecord { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = TimeProvider.System.GetUtcNow() }, Token);
        (await Get<IUserDataStore>().EraseJobAsync((await Get<IJobStore>().GetAsync(jobId, Token))!, TimeProvider.System.GetUtcNow(), Token)).ShouldBeTrue();

        using var response = await client.PostAsJsonAsync("/chat", new { message = "hello" }, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await JsonAsync(response)).GetProperty("detail").GetString()!.ShouldContain("deleted with its chat");
    }

    [Fact]
    public async Task OpenAIs_clients_are_told_not_to_try_again_by_themselves()
    {
        await Client.DeleteAsync(new Uri("/me", UriKind.Relative), Token);

        using var refused = await Client.PostAsJsonAsync("/v1/chat/completions", new { model = "echo", messages = new[] { new { role = "user", content = "more" } } }, Token);

        (refused.StatusCode, refused.Headers.GetValues("x-should-retry").Single()).ShouldBe((HttpStatusCode.Conflict, "false"));
        (await JsonAsync(refused)).GetProperty("error").GetProperty("code").GetString().ShouldBe("deletion_running");
    }

    private async Task<int> StatusAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request, Token);
        return (int)response.StatusCode;
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string message)
    {
        using var response = await client.PostAsJsonAsync("/chat", new { message }, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return await JsonAsync(response);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Token);

    private static MessageRecord Message(Guid chat, long sequence) => new()
    {
        ChatId = chat,
        Sequence = sequence,
        MessageId = NewId.NextGuid(),
        JobId = NewId.NextGuid(),
        Role = MessageRoles.User,
        Content = $"message {sequence}",
        CreatedAt = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
    };
}
