using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Api.Chat;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>Two requests with one Idempotency-Key at once, of which one fails half-way: what the other was told stays true.</summary>
public sealed class RepeatedRequestTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");
    private readonly string _key = standIns.UniqueName("key");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Guid JobId => DerivedId.OfIdempotencyKey(_user, _key);

    private IJobStore Jobs => api.Services.GetRequiredService<IJobStore>();

    private IChatStore Chats => api.Services.GetRequiredService<IChatStore>();

    [Fact]
    public async Task A_job_that_a_repeated_request_was_told_of_is_not_taken_back_by_the_first_one()
    {
        var failure = await Should.ThrowAsync<DependencyException>(SubmitAsync(
            Message, bus: new FailingBus(async () => (await PostAsync(Message, _key)).StatusCode.ShouldBe(HttpStatusCode.Accepted))));

        failure.StatusCode.ShouldBe(502);
        failure.Message.ShouldContain("is kept");
        failure.Message.ShouldContain($"{JobId}");
        failure.Message.ShouldNotContain("Nothing was accepted");
        var job = (await Jobs.GetAsync(JobId, Token)).ShouldNotBeNull("its second caller has a 202");
        (job.IsOpen, job.IsPromised).ShouldBe((true, true));
        (await Chats.GetAsync(_user, job.ChatId, Token)).ShouldNotBeNull().LastJobId.ShouldBe(JobId, "the turn stays with its job");
    }

    [Fact]
    public async Task A_job_that_nobody_else_was_told_of_is_taken_back()
    {
        var failure = await Should.ThrowAsync<DependencyException>(SubmitAsync(Message, bus: new FailingBus()));

        failure.Message.ShouldContain("Nothing was accepted");
        (await Jobs.GetAsync(JobId, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_job_that_SQS_may_have_taken_is_accepted_and_the_sweeper_finds_it_where_it_has_not()
    {
        var result = await SubmitAsync(Message, bus: new FailingBus { MayBeSent = true });

        var accepted = result.ShouldBeOfType<SubmissionResult.Accepted>();
        var job = (await Jobs.GetAsync(accepted.Job.JobId, Token)).ShouldNotBeNull("its saga may be there, and needs it");
        job.IsOpen.ShouldBeTrue();
        (await Chats.GetAsync(_user, job.ChatId, Token)).ShouldNotBeNull().LastJobId.ShouldBe(JobId);
        (await SubmitAsync(Message)).ShouldBeOfType<SubmissionResult.Accepted>().ShouldSatisfyAllConditions(x => x.Repeated.ShouldBeTrue(), x => x.Job.ChatId.ShouldBe(job.ChatId));
    }

    [Fact]
    public async Task A_repeated_request_whose_job_is_taken_back_under_it_is_refused()
    {
        (await PostAsync(Message, _key)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var failure = await Should.ThrowAsync<DependencyException>(SubmitAsync(
            Message, jobs: new HookedJobs(Jobs, async () => (await Jobs.WithdrawAsync(JobId, Token)).ShouldBeTrue())));

        failure.StatusCode.ShouldBe(503);
        failure.Message.ShouldContain("taken back just now");
        (await Jobs.GetAsync(JobId, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_request_that_finds_its_row_written_by_another_one_keeps_it_where_it_cannot_hand_it_on()
    {
        var first = await (await PostAsync(Message, key: null)).Content.ReadFromJsonAsync<JsonElement>(Token);
        var message = Message with { ChatId = first.GetProperty("chatId").GetGuid() };

        // Both look for the row before it is there, and both get the same turn.
        var failure = await Should.ThrowAsync<DependencyException>(SubmitAsync(
            message,
            jobs: new HookedJobs(Jobs, async () => (await PostAsync(message, _key)).StatusCode.ShouldBe(HttpStatusCode.Accepted)),
            bus: new FailingBus()));

        failure.StatusCode.ShouldBe(502);
        failure.Message.ShouldContain("is kept");
        (await Jobs.GetAsync(JobId, Token)).ShouldNotBeNull().IsPromised.ShouldBeTrue();
    }

    private static NewJob Message => new() { Prompt = "hello" };

    private async Task<HttpResponseMessage> PostAsync(NewJob message, string? key)
    {
        using var client = api.Client(_user);
        if (key is not null)
            client.DefaultRequestHeaders.Add("Idempotency-Key", key);
        return message.ChatId is { } chatId
            ? await client.PostAsJsonAsync("/chat", new { message = message.Prompt, chatId }, Token)
            : await client.PostAsJsonAsync("/chat", new { message = message.Prompt }, Token);
    }

    private Task<SubmissionResult> SubmitAsync(NewJob message, IJobStore? jobs = null, ISendEndpointProvider? bus = null) =>
        api.Services.SubmitAsync(_user, message, _key, jobs, bus: bus);
}
