using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

public sealed class SubmitTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = api.Client(standIns.UniqueName("user"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_accepted_message_has_a_row_a_place_in_its_chat_and_a_first_event()
    {
        var response = await PostAsync("""{"message":"Why is the sky blue?"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var body = await JsonAsync(response);
        var jobId = body.GetProperty("jobId").GetGuid();
        response.Headers.Location!.ToString().ShouldBe($"/chat/jobs/{jobId}");
        body.GetProperty("status").GetString().ShouldBe("accepted");
        var job = (await api.Services.GetRequiredService<IJobStore>().GetAsync(jobId, Token)).ShouldNotBeNull();
        job.Prompt.ShouldBe("Why is the sky blue?");
        job.Turn.ShouldBe(1);
        job.ChatId.ShouldBe(body.GetProperty("chatId").GetGuid());
        var first = (await api.Services.GetRequiredService<IEventLog>().ReadAsync(jobId, 0, 10, Token)).ShouldHaveSingleItem();
        first.ShouldBeOfType<CloudIa.Contracts.Client.JobAccepted>().Seq.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_has_not_begun_is_accepted_for_its_owner_and_not_there_for_others()
    {
        var jobId = (await JsonAsync(await PostAsync("""{"message":"hello"}"""))).GetProperty("jobId").GetGuid();

        var mine = await _client.GetFromJsonAsync<JsonElement>($"/chat/jobs/{jobId}", Token);
        mine.GetProperty("status").GetString().ShouldBe("accepted");
        mine.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        var theirs = await api.Client(standIns.UniqueName("user")).GetAsync($"/chat/jobs/{jobId}", Token);
        await ShouldBeProblemAsync(theirs, HttpStatusCode.NotFound, "job-not-found");
    }

    [Fact]
    public async Task The_next_message_of_a_chat_takes_its_next_turn()
    {
        var first = await JsonAsync(await PostAsync("""{"message":"one"}"""));
        var second = await JsonAsync(await PostAsync($$"""{"message":"two","chatId":"{{first.GetProperty("chatId").GetGuid()}}"}"""));

        second.GetProperty("chatId").GetGuid().ShouldBe(first.GetProperty("chatId").GetGuid());
        (await api.Services.GetRequiredService<IJobStore>().GetAsync(second.GetProperty("jobId").GetGuid(), Token))!.Turn.ShouldBe(2);
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("{", "$")]
    [InlineData("[]", "$")]
    [InlineData("null", "$")]
    [InlineData("\"message\"", "$")]
    [InlineData("{}", "message")]
    [InlineData("{\"message\":null}", "message")]
    [InlineData("{\"message\":7}", "message")]
    [InlineData("{\"message\":\"\"}", "message")]
    [InlineData("{\"message\":\" \\n\\t \"}", "message")]
    [InlineData("{\"message\":\"a\",\"message\":\"b\"}", "message")]
    [InlineData("{\"message\":\"\\ud800\"}", "$")]
    [InlineData("{\"mesage\":\"a\"}", "mesage")]
    [InlineData("{\"message\":\"a\",\"Message\":\"b\"}", "Message")]
    [InlineData("{\"message\":\"a\",\"chatId\":\"7\"}", "chatId")]
    [InlineData("{\"message\":\"a\",\"chatId\":7}", "chatId")]
    [InlineData("{\"message\":\"a\",\"sessionId\":\"a b\"}", "sessionId")]
    [InlineData("{\"message\":\"a\",\"sessionId\":\"\"}", "sessionId")]
    [InlineData("{\"message\":\"a\",\"model\":[]}", "model")]
    [InlineData("{\"message\":\"a\",\"model\":\"a b\"}", "model")]
    [InlineData("{\"message\":\"a\",\"model\":\"x\",\"extra\":{\"deep\":[1]}}", "extra")]
    public async Task A_bad_body_gets_a_problem_that_names_the_field(string body, string field)
    {
        var problem = await ShouldBeProblemAsync(await PostAsync(body), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field);
        problem.GetProperty("detail").GetString()!.ShouldContain(field);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var problem = await ShouldBeProblemAsync(
            await PostAsync("""{"message":"","chatId":"x","other":1}"""), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["message", "chatId", "other"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_message_may_have_32_KiB_and_not_a_byte_more()
    {
        (await PostAsync(JsonSerializer.Serialize(new { message = new string('ß', 16 * 1024) }))).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var problem = await ShouldBeProblemAsync(
            await PostAsync(JsonSerializer.Serialize(new { message = new string('ß', 16 * 1024) + "a" })), HttpStatusCode.BadRequest, "invalid-request");
        problem.GetProperty("detail").GetString()!.ShouldContain("32769");
    }

    [Fact]
    public async Task A_body_above_the_limit_is_too_large() =>
        await ShouldBeProblemAsync(await PostAsync($$"""{"message":"{{new string('a', 300_000)}}"}"""), HttpStatusCode.RequestEntityTooLarge, "body-too-large");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_that_is_not_said_to_be_json_is_refused(string mediaType) =>
        await ShouldBeProblemAsync(await PostAsync("""{"message":"a"}""", mediaType: mediaType), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

    [Fact]
    public async Task A_chat_that_is_not_the_callers_is_not_found()
    {
        var theirs = await JsonAsync(await api.Client(standIns.UniqueName("user")).PostAsJsonAsync("/chat", new { message = "mine" }, Token));

        await ShouldBeProblemAsync(
            await PostAsync($$"""{"message":"a","chatId":"{{theirs.GetProperty("chatId").GetGuid()}}"}"""), HttpStatusCode.NotFound, "chat-not-found");
    }

    [Fact]
    public async Task The_same_key_is_the_same_job_also_when_many_come_at_once()
    {
        var key = standIns.UniqueName("key");
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("""{"message":"once"}""", key)));

        var bodies = await Task.WhenAll(responses.Select(JsonAsync));
        responses.ShouldAllBe(response => response.StatusCode == HttpStatusCode.Accepted);
        bodies.Select(body => body.GetProperty("jobId").GetGuid()).Distinct().ShouldHaveSingleItem();
        bodies.Select(body => body.GetProperty("chatId").GetGuid()).Distinct().ShouldHaveSingleItem();
        bodies.Count(body => !body.GetProperty("repeated").GetBoolean()).ShouldBe(1);
        var again = await JsonAsync(await PostAsync(""" { "model" : null, "message" : "once" } """, key));
        again.GetProperty("jobId").GetGuid().ShouldBe(bodies[0].GetProperty("jobId").GetGuid());
        again.GetProperty("repeated").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Requests_that_lose_the_race_for_a_key_leave_no_empty_chat_behind()
    {
        var user = standIns.UniqueName("user");
        using var client = api.Client(user);
        var key = standIns.UniqueName("key");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("""{"message":"once"}""", key, client: client)));

        (await client.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"message":"two"}""")]
    [InlineData("""{"message":"one","model":"other"}""")]
    public async Task The_same_key_for_another_request_is_refused(string other)
    {
        var key = standIns.UniqueName("key");
        var jobId = (await JsonAsync(await PostAsync("""{"message":"one"}""", key))).GetProperty("jobId").GetGuid();

        var problem = await ShouldBeProblemAsync(await PostAsync(other, key), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        problem.GetProperty("jobId").GetGuid().ShouldBe(jobId);
    }

    [Fact]
    public async Task The_same_key_of_another_user_is_another_job()
    {
        var key = standIns.UniqueName("key");
        var mine = await JsonAsync(await PostAsync("""{"message":"one"}""", key));
        var theirs = await JsonAsync(await PostAsync("""{"message":"one"}""", key, client: api.Client(standIns.UniqueName("user"))));

        theirs.GetProperty("jobId").GetGuid().ShouldNotBe(mine.GetProperty("jobId").GetGuid());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("256")]
    public async Task A_key_that_cannot_be_one_is_refused(string key)
    {
        var problem = await ShouldBeProblemAsync(
            await PostAsync("""{"message":"one"}""", key == "256" ? new string('k', 256) : key), HttpStatusCode.BadRequest, "invalid-request");
        problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_user_that_cannot_be_one_is_not_let_in() =>
        (await ShouldBeProblemAsync(await api.Client("a user").PostAsJsonAsync("/chat", new { message = "a" }, Token), HttpStatusCode.Unauthorized, "unauthorized"))
            .GetProperty("detail").GetString()!.ShouldContain("development user");

    [Fact]
    public async Task Every_problem_tells_its_trace() =>
        (await ShouldBeProblemAsync(await PostAsync("{}"), HttpStatusCode.BadRequest, "invalid-request")).GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();

    private async Task<HttpResponseMessage> PostAsync(string body, string? key = null, string mediaType = "application/json", HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await (client ?? _client).SendAsync(request, Token);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Token);

    internal static async Task<JsonElement> ShouldBeProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await JsonAsync(response);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("type").GetString().ShouldBe($"urn:cloudia:problem:{type}");
        return problem;
    }
}
