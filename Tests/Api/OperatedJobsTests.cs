using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>Jobs as operators see them, with nobody behind the queues.</summary>
public sealed class OperatedJobsTests(StandInsFixture standIns) : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _boss = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IJobStore Jobs => _app.Services.GetRequiredService<IJobStore>();

    public async ValueTask InitializeAsync()
    {
        _app = await ApiFixture.StartAsync(standIns, new() { ["Store:TableName"] = standIns.UniqueName("operated") });
        _boss = ApiFixture.ClientOf(_app, "boss");
        await _app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        _boss.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Jobs_are_listed_by_state_user_chat_and_code()
    {
        var (first, chat) = await AcceptAsync("ada", "the first words");
        var (second, _) = await AcceptAsync("ada", "other words");
        var (third, _) = await AcceptAsync("bob", "words");
        await EndAsync(first, JobOutcome.Failed, JobFailures.ModelUnavailable.Code);
        await EndAsync(third, JobOutcome.Completed);

        (await IdsAsync("")).ShouldBe([second]);
        (await IdsAsync("?state=accepted")).ShouldBe([second]);
        (await IdsAsync("?state=waiting")).ShouldBeEmpty("no saga waits");
        (await IdsAsync("?state=failed")).ShouldBe([first]);
        (await IdsAsync("?failureCode=model_unavailable")).ShouldBe([first]);
        (await IdsAsync("?failureCode=model_refused")).ShouldBeEmpty();
        (await IdsAsync("?state=completed")).ShouldBe([third]);
        (await IdsAsync("?user=ada")).ShouldBe([second, first]);
        (await IdsAsync("?user=ada&order=oldest")).ShouldBe([first, second]);
        (await IdsAsync($"?chat={chat}")).ShouldBe([first]);
        (await IdsAsync("?user=ada&to=2020-01-01T00:00:00Z")).ShouldBeEmpty();
        (await _boss.GetStringAsync(new Uri("/ops/jobs?user=ada", UriKind.Relative), Token)).ShouldNotContain("words");
    }

    [Theory]
    [InlineData("state=gone", "state")]
    [InlineData("state=completed&failureCode=x", "failureCode")]
    [InlineData("chat=x", "chat")]
    [InlineData("from=yesterday", "from")]
    [InlineData("order=up", "order")]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=x", "cursor")]
    public async Task What_cannot_be_asked_is_refused_by_name(string query, string name)
    {
        using var response = await _boss.GetAsync(new Uri($"/ops/jobs?{query}", UriKind.Relative), Token);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").TryGetProperty(name, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task One_job_has_what_is_known_and_no_words()
    {
        var (job, _) = await AcceptAsync("ada", "the first words");
        await _app.Services.GetRequiredService<IFailureStore>().AddAsync(
            new FailureRecord { Queue = ChatJobQueues.InvokeLlm, Kind = FailureKinds.Error, MessageId = "m1", At = TimeProvider.System.GetUtcNow(), JobId = job, Attempt = 1, Body = "{\"words\":1}" }, Token);

        var text = await _boss.GetStringAsync(new Uri($"/ops/jobs/{job}", UriKind.Relative), Token);

        var detail = JsonDocument.Parse(text).RootElement;
        detail.GetProperty("job").GetProperty("status").GetString().ShouldBe("accepted");
        detail.GetProperty("job").GetProperty("traceId").GetString().ShouldBe((await Jobs.GetAsync(job, Token))!.TraceId);
        detail.GetProperty("saga").ValueKind.ShouldBe(JsonValueKind.Null);
        detail.GetProperty("frames").GetInt64().ShouldBe(1, "it was accepted");
        detail.GetProperty("timeline").EnumerateArray().Select(x => x.GetProperty("event").GetString()).ShouldBe(["accepted"]);
        detail.GetProperty("deadLetters").EnumerateArray().ShouldHaveSingleItem().GetProperty("queue").GetString().ShouldBe("invoke-llm");
        text.ShouldNotContain("words");
        (await StatusAsync(HttpMethod.Get, $"/ops/jobs/{Guid.CreateVersion7()}")).ShouldBe(404);
    }

    [Fact]
    public async Task What_an_operator_does_to_a_job_is_written_down()
    {
        var (job, _) = await AcceptAsync("ada", "hello");

        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{job}/cancel")).ShouldBe(202);
        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{job}/expire")).ShouldBe(202);
        await EndAsync(job, JobOutcome.Failed, JobFailures.ModelUnavailable.Code);
        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{job}/retry")).ShouldBe(202);
        (await Jobs.GetAsync(job, Token))!.IsOpen.ShouldBeTrue();
        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{job}/retry")).ShouldBe(202, "twice is once");
        await EndAsync(job, JobOutcome.Completed, attempt: 2);
        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{job}/retry")).ShouldBe(409);
        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{Guid.CreateVersion7()}/cancel")).ShouldBe(404);

        var audit = await _boss.GetFromJsonAsync<JsonElement>("/ops/audit", Token);
        audit.GetProperty("items").EnumerateArray().Select(x => $"{x.GetProperty("userId")} {x.GetProperty("action")} {x.GetProperty("target")} {x.GetProperty("outcome")}").ShouldBe(
            new[] { "job.retry", "job.retry", "job.retry", "job.expire", "job.cancel" }.Select(x => $"boss {x} {job} done"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_is_being_deleted_is_not_begun_anew(bool withItsUser)
    {
        var (job, chat) = await AcceptAsync("ada", "hello");
        await EndAsync(job, JobOutcome.Failed, JobFailures.ModelUnavailable.Code);
        await _app.Services.GetRequiredService<IErasureStore>().BeginAsync("ada", withItsUser ? null : chat, TimeProvider.System.GetUtcNow(), Token);

        (await StatusAsync(HttpMethod.Post, $"/ops/jobs/{job}/retry")).ShouldBe(404);

        (await Jobs.GetAsync(job, Token))!.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task The_machine_is_drawn()
    {
        var machine = await _boss.GetFromJsonAsync<JsonElement>("/ops/machine?current=Invoking", Token);

        machine.GetProperty("mermaid").GetString()!.ShouldStartWith("stateDiagram-v2");
        machine.GetProperty("graphviz").GetString()!.ShouldContain("Invoking [style=\"rounded,filled\"");
    }

    private async Task<(Guid JobId, Guid ChatId)> AcceptAsync(string user, string message)
    {
        using var client = ApiFixture.ClientOf(_app, user);
        using var response = await client.PostAsJsonAsync("/chat", new { message }, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (accepted.GetProperty("jobId").GetGuid(), accepted.GetProperty("chatId").GetGuid());
    }

    private Task<JobOutcomeRecord?> EndAsync(Guid job, JobOutcome outcome, string? code = null, int attempt = 1) =>
        Jobs.RecordOutcomeAsync(job, new JobOutcomeRecord { Outcome = outcome, Attempt = attempt, EndedAt = TimeProvider.System.GetUtcNow(), FailureCode = code }, Token);

    private async Task<IEnumerable<Guid>> IdsAsync(string query) =>
        (await _boss.GetFromJsonAsync<JsonElement>($"/ops/jobs{query}", Token)).GetProperty("items").EnumerateArray().Select(x => x.GetProperty("jobId").GetGuid());

    private async Task<int> StatusAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await _boss.SendAsync(request, Token);
        return (int)response.StatusCode;
    }
}
