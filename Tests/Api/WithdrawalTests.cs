using CloudIa.Api.Chat;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Limits;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>What is left of an acceptance that breaks off between the chat's turn and the job's row. One job at once is allowed, so that a place which is kept shows.</summary>
public sealed class WithdrawalTests(StandInsFixture standIns)
{
    private const string Key = "k";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_that_was_not_written_leaves_neither_chat_nor_place()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));

        var failure = await Should.ThrowAsync<DependencyException>(() => SubmitAsync(api, new() { Prompt = "hello" }, new FailingJobs(api.Jobs, isWritten: false, canBeRead: true)));

        (failure.StatusCode, failure.Message).ShouldSatisfyAllConditions(x => x.StatusCode.ShouldBe(503), x => x.Message.ShouldContain("Nothing was accepted"));
        (await Chats(api).ListAsync(api.User, 10, null, Token)).Items.ShouldBeEmpty();
        await api.AcceptAsync();
    }

    [Fact]
    public async Task A_row_that_was_not_written_gives_its_chat_the_last_job_back()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 2));
        var before = (await api.Jobs.GetAsync(await api.AcceptAsync(), Token))!;

        await Should.ThrowAsync<DependencyException>(
            () => SubmitAsync(api, new() { Prompt = "more", ChatId = before.ChatId }, new FailingJobs(api.Jobs, isWritten: false, canBeRead: true)));

        (await Chats(api).GetAsync(api.User, before.ChatId, Token))!.LastJobId.ShouldBe(before.JobId);
    }

    [Fact]
    public async Task A_row_that_was_written_without_an_answer_is_an_accepted_job()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));

        var result = await SubmitAsync(api, new() { Prompt = "hello" }, new FailingJobs(api.Jobs, isWritten: true, canBeRead: true));

        var accepted = result.ShouldBeOfType<SubmissionResult.Accepted>();
        (accepted.Job.JobId, accepted.Repeated).ShouldBe((JobId(api), false));
        (await api.Jobs.GetAsync(JobId(api), Token)).ShouldNotBeNull().IsPromised.ShouldBeTrue("no other request with this key takes it back");
        (await api.SubmitAsync()).StatusCode.ShouldBe(System.Net.HttpStatusCode.TooManyRequests, "the job runs");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_row_of_which_nobody_knows_keeps_turn_and_place_and_its_caller_hears_so(bool isWritten)
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));

        var failure = await Should.ThrowAsync<DependencyException>(() => SubmitAsync(api, new() { Prompt = "hello" }, new FailingJobs(api.Jobs, isWritten, canBeRead: false)));

        failure.StatusCode.ShouldBe(503);
        failure.Message.ShouldContain("not known");
        failure.Message.ShouldContain($"{JobId(api)}");
        failure.Message.ShouldNotContain("Nothing was accepted");
        (await Chats(api).ListAsync(api.User, 10, null, Token)).Items.ShouldHaveSingleItem().LastJobId.ShouldBe(JobId(api));
        (await api.SubmitAsync()).StatusCode.ShouldBe(System.Net.HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_client_that_hangs_up_between_turn_and_row_has_a_whole_job()
    {
        await using var api = await LimitedApi.StartAsync(standIns);
        using var hungUp = new CancellationTokenSource();

        var result = await SubmitAsync(api, new() { Prompt = "hello" }, api.Jobs, new HookedChats(Chats(api), hungUp.CancelAsync), hungUp.Token);

        var job = result.ShouldBeOfType<SubmissionResult.Accepted>().Job;
        (await api.Jobs.GetAsync(job.JobId, Token)).ShouldNotBeNull().IsOpen.ShouldBeTrue();
    }

    private static IChatStore Chats(LimitedApi api) => api.Services.GetRequiredService<IChatStore>();

    private static Guid JobId(LimitedApi api) => DerivedId.OfIdempotencyKey(api.User, Key);

    private static Task<SubmissionResult> SubmitAsync(LimitedApi api, NewJob message, IJobStore jobs, IChatStore? chats = null, CancellationToken? hungUp = null) =>
        api.Services.SubmitAsync(api.User, message, Key, jobs, chats, hungUp: hungUp);
}
