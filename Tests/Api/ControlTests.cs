using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>Cancel, retry, edit, regenerate and <c>onBusy</c>, as the HTTP side answers them; nobody is behind the queue.</summary>
public sealed class ControlTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => api.Client(_user);

    private IJobStore Jobs => api.Services.GetRequiredService<IJobStore>();

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    [InlineData("regenerate")]
    [InlineData("edit")]
    public async Task Another_users_job_is_not_there(string what)
    {
        var job = await SubmitAsync();
        var content = what == "edit" ? JsonContent.Create(new { message = "mine now" }) : null;

        var response = await api.Client(standIns.UniqueName("user")).PostAsync(new Uri($"/chat/jobs/{Id(job)}/{what}", UriKind.Relative), content, Token);

        await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.NotFound, "job-not-found");
    }

    [Fact]
    public async Task A_cancel_of_a_job_that_has_ended_changes_nothing_and_is_no_error()
    {
        var job = await SubmitAsync();
        await EndAsync(job, JobOutcome.Completed);

        var response = await PostAsync(job, "cancel");

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StatusAsync(response)).ShouldBe("completed");
    }

    [Fact]
    public async Task A_failed_job_that_is_retried_is_open_again_and_a_second_retry_is_the_same()
    {
        var job = await SubmitAsync();
        await EndAsync(job, JobOutcome.Failed);
        (await StatusAsync(await Client.GetAsync(new Uri($"/chat/jobs/{Id(job)}", UriKind.Relative), Token))).ShouldBe("failed");

        (await StatusAsync(await PostAsync(job, "retry"))).ShouldBe("accepted");
        (await PostAsync(job, "retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await Jobs.GetAsync(Id(job), Token))!.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task A_completed_job_is_not_retried()
    {
        var job = await SubmitAsync();
        await EndAsync(job, JobOutcome.Completed);

        await SubmitTests.ShouldBeProblemAsync(await PostAsync(job, "retry"), HttpStatusCode.Conflict, "job-completed");
    }

    [Fact]
    public async Task A_busy_chat_takes_a_message_that_waits_and_refuses_one_that_does_not_want_to()
    {
        var job = await SubmitAsync();
        var chatId = job.GetProperty("chatId").GetGuid();

        await SubmitTests.ShouldBeProblemAsync(await SubmitAsync(new { message = "now", chatId, onBusy = "reject" }), HttpStatusCode.Conflict, "chat-busy");
        var waiting = await SubmitAsync(new { message = "later", chatId, onBusy = "wait" });
        waiting.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var second = await JsonAsync(waiting);
        var row = (await Jobs.GetAsync(Id(second), Token))!;
        (row.AfterJobId, row.Turn).ShouldBe((Id(job), 2), "the refused one took no turn");

        await EndAsync(job, JobOutcome.Completed);
        await EndAsync(second, JobOutcome.Failed);
        (await SubmitAsync(new { message = "now", chatId, onBusy = "reject" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Of_many_that_do_not_want_to_wait_one_is_taken()
    {
        var job = await SubmitAsync();
        await EndAsync(job, JobOutcome.Completed);
        var chatId = job.GetProperty("chatId").GetGuid();

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => SubmitAsync(new { message = $"{n}", chatId, onBusy = "reject" })));

        responses.Count(x => x.StatusCode == HttpStatusCode.Accepted).ShouldBe(1);
        responses.Count(x => x.StatusCode == HttpStatusCode.Conflict).ShouldBe(7);
    }

    [Fact]
    public async Task Of_many_that_do_not_want_to_wait_one_is_taken_by_a_chat_whose_only_turn_was_given_back()
    {
        var chats = api.Services.GetRequiredService<IChatStore>();
        var first = new NewTurn { UserId = _user, ChatId = Guid.CreateVersion7(), JobId = Guid.CreateVersion7(), IsNew = true, Title = "", Now = TimeProvider.System.GetUtcNow() };
        await chats.TakeTurnAsync(first, Token);
        await chats.ReturnTurnAsync(first with { IsNew = false }, new TurnTaken(1, null), Token);
        (await chats.GetAsync(_user, first.ChatId, Token)).ShouldNotBeNull().LastJobId.ShouldBeNull();

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => SubmitAsync(new { message = $"{n}", chatId = first.ChatId, onBusy = "reject" })));

        responses.Count(x => x.StatusCode == HttpStatusCode.Accepted).ShouldBe(1);
        responses.Count(x => x.StatusCode == HttpStatusCode.Conflict).ShouldBe(7);
    }

    [Fact]
    public async Task To_ask_for_another_answer_takes_no_body_whatever_type_it_is_said_to_have()
    {
        var job = await SubmitAsync();
        await EndAsync(job, JobOutcome.Completed);
        using var nothing = new StringContent("", System.Text.Encoding.UTF8, "application/json");

        (await Client.PostAsync(new Uri($"/chat/jobs/{Id(job)}/regenerate", UriKind.Relative), nothing, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await PostAsync(job, "regenerate")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(1, HttpStatusCode.Conflict)]
    [InlineData(60, HttpStatusCode.Accepted)]
    public async Task A_turn_without_a_row_is_being_accepted_for_a_while(int secondsAgo, HttpStatusCode expected)
    {
        var job = await SubmitAsync();
        await EndAsync(job, JobOutcome.Completed);
        var chatId = job.GetProperty("chatId").GetGuid();
        await api.Services.GetRequiredService<IChatStore>().TakeTurnAsync(
            new() { UserId = _user, ChatId = chatId, JobId = Guid.CreateVersion7(), IsNew = false, Title = "", Now = TimeProvider.System.GetUtcNow().AddSeconds(-secondsAgo) }, Token);

        (await SubmitAsync(new { message = "now", chatId, onBusy = "reject" })).StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task The_same_request_many_times_at_once_is_one_job_on_one_turn()
    {
        var job = await SubmitAsync();
        var chatId = job.GetProperty("chatId").GetGuid();

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SubmitAsync(new { message = "two", chatId }, key: "k")));

        responses.ShouldAllBe(x => x.StatusCode == HttpStatusCode.Accepted);
        var ids = await Task.WhenAll(responses.Select(async x => Id(await JsonAsync(x))));
        var row = (await Jobs.GetAsync(ids.Distinct().ShouldHaveSingleItem(), Token))!;
        (row.Turn, row.AfterJobId).ShouldBe((2, Id(job)));
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_in_a_chat_that_is_not_there_is_told_so() => await SubmitTests.ShouldBeProblemAsync(
        await SubmitAsync(new { message = "now", chatId = Guid.CreateVersion7(), onBusy = "reject" }), HttpStatusCode.NotFound, "chat-not-found");

    [Theory]
    [InlineData("edit", "{\"message\":\"a\",\"chatId\":\"x\"}", "chatId")]
    [InlineData("edit", "{}", "message")]
    [InlineData("regenerate", "{\"message\":\"a\"}", "message")]
    [InlineData("regenerate", "{\"onBusy\":\"perhaps\"}", "onBusy")]
    public async Task A_field_that_is_not_for_this_is_named(string what, string body, string field)
    {
        var job = await SubmitAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var problem = await SubmitTests.ShouldBeProblemAsync(await PostAsync(job, what, content), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field);
    }

    [Fact]
    public async Task An_edit_and_a_regeneration_have_their_places_and_are_idempotent_by_key()
    {
        var first = await SubmitAsync();
        var second = await JsonAsync(await SubmitAsync(new { message = "two", chatId = first.GetProperty("chatId").GetGuid() }));

        var edited = (await Jobs.GetAsync(Id(await JsonAsync(await PostAsync(second, "edit", JsonContent.Create(new { message = "2" })))), Token))!;
        (edited.Turn, edited.UserPlace, edited.ParentPlace, edited.Prompt).ShouldBe((3, 5, 2, "2"));
        var again = (await Jobs.GetAsync(Id(await JsonAsync(await PostAsync(second, "regenerate", key: "k1"))), Token))!;
        (again.Turn, again.UserPlace, again.ParentPlace, again.Prompt).ShouldBe((4, 3, 2, "two"));
        again.UserMessageId.ShouldBe(second.GetProperty("messageId").GetGuid());

        Id(await JsonAsync(await PostAsync(second, "regenerate", key: "k1"))).ShouldBe(again.JobId);
        await SubmitTests.ShouldBeProblemAsync(await PostAsync(first, "regenerate", key: "k1"), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    private async Task<JsonElement> SubmitAsync() => await JsonAsync(await SubmitAsync(new { message = "hello" }));

    private async Task<HttpResponseMessage> SubmitAsync(object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request, Token);
    }

    private async Task<HttpResponseMessage> PostAsync(JsonElement job, string what, HttpContent? content = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chat/jobs/{Id(job)}/{what}") { Content = content };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request, Token);
    }

    private Task<JobOutcomeRecord?> EndAsync(JsonElement job, JobOutcome outcome) => Jobs.RecordOutcomeAsync(
        Id(job), new JobOutcomeRecord { Outcome = outcome, Attempt = 1, EndedAt = TimeProvider.System.GetUtcNow() }, Token);

    private static async Task<string?> StatusAsync(HttpResponseMessage response) => (await JsonAsync(response)).GetProperty("status").GetString();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Token);

    private static Guid Id(JsonElement job) => job.GetProperty("jobId").GetGuid();
}
