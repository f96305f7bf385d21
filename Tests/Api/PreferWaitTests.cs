using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Api.Jobs;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

public sealed class PreferWaitTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("respond-async, wait=10", 10)]
    [InlineData("Wait = \"7\"; foo=bar", 7)]
    [InlineData("wait=3600", 50)]
    [InlineData("wait=99999999999999999999999", 50)]
    [InlineData("wait", 0)]
    [InlineData("wait=-1", 0)]
    [InlineData("wait=soon", 0)]
    [InlineData("waiting=5", 0)]
    [InlineData("", 0)]
    public void A_preference_is_understood_or_left(string header, int seconds)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["Prefer"] = header;

        PreferWait.Of(context.Request).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_message_that_is_not_answered_in_time_is_accepted_as_ever()
    {
        var response = await SendAsync(HttpMethod.Post, "/chat", wait: 1, new { message = "hello" });

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.GetValues("Preference-Applied").ShouldBe(["wait=1"]);
        (await JsonAsync(response)).GetProperty("status").GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task A_job_is_shown_when_it_has_ended()
    {
        var job = await JsonAsync(await SendAsync(HttpMethod.Post, "/chat", wait: null, new { message = "hello" }));
        var waiting = SendAsync(HttpMethod.Get, job.GetProperty("links").GetProperty("self").GetString()!, wait: 50);

        // It is subscribed to what its user's jobs say.
        await Eventually.Is(() => ((RedisEventFeed)api.Services.GetRequiredService<IEventFeed>()).Channels > 0);
        waiting.IsCompleted.ShouldBeFalse();
        await FailAsync(job);
        var response = await waiting;

        response.Headers.GetValues("Preference-Applied").ShouldBe(["wait=50"]);
        var status = await JsonAsync(response);
        status.GetProperty("status").GetString().ShouldBe("failed");
        status.TryGetProperty("answer", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_waits_for_another_users_job()
    {
        var job = await JsonAsync(await SendAsync(HttpMethod.Post, "/chat", wait: null, new { message = "hello" }));
        using var other = api.Client(standIns.UniqueName("user"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(job.GetProperty("links").GetProperty("self").GetString()!, UriKind.Relative));
        request.Headers.Add("Prefer", "wait=50");

        await SubmitTests.ShouldBeProblemAsync(await other.SendAsync(request, Token), HttpStatusCode.NotFound, "job-not-found");
    }

    private async Task FailAsync(JsonElement job)
    {
        var (jobId, chatId, now) = (job.GetProperty("jobId").GetGuid(), job.GetProperty("chatId").GetGuid(), TimeProvider.System.GetUtcNow());
        await api.Services.GetRequiredService<IJobStore>().RecordOutcomeAsync(
            jobId, new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = now, FailureCode = JobFailures.ModelUnavailable.Code }, Token);
        await api.Services.GetRequiredService<IEventLog>().EndAsync(
            _user, new JobError { JobId = jobId, ChatId = chatId, Attempt = 1, Timestamp = now, Message = "m", Details = JobFailures.ModelUnavailable.Code, Retryable = true }, Token);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, int? wait, object? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        if (wait is not null)
            request.Headers.Add("Prefer", $"wait={wait}");
        return api.Client(_user).SendAsync(request, Token);
    }

    private static Task<JsonElement> JsonAsync(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonElement>(Token);
}
