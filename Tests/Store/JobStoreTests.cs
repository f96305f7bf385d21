using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class JobStoreTests(StoreTableFixture store) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_read_as_it_was_written()
    {
        var job = Job() with { Prompt = "Olá, 世界 👩‍👩‍👧 \u0000 \"quoted\"", SessionId = "s-1", Model = "gpt" };

        (await store.Jobs.TryAddAsync(job, Token)).ShouldBeTrue();

        (await store.Jobs.GetAsync(job.JobId, Token)).ShouldBe(Open(job));
    }

    [Fact]
    public async Task A_job_keeps_its_place_in_its_chat()
    {
        var job = Job() with { AfterJobId = NewId.NextGuid(), AnswersJobId = NewId.NextGuid(), UserSequence = 5, Parent = 2, Turn = 9 };

        await store.Jobs.TryAddAsync(job, Token);

        var read = (await store.Jobs.GetAsync(job.JobId, Token))!;
        read.ShouldBe(Open(job));
        (read.UserPlace, read.ParentPlace).ShouldBe((5, 2));
        read.UserMessageId.ShouldBe(DerivedId.OfMessage(job.AnswersJobId!.Value, MessageRoles.User));
    }

    [Fact]
    public async Task A_prompt_of_the_largest_size_fits()
    {
        var job = Job() with { Prompt = new string('ß', 16 * 1024) };
        await store.Jobs.TryAddAsync(job, Token);
        (await store.Jobs.GetAsync(job.JobId, Token)).ShouldBe(Open(job));
    }

    [Fact]
    public async Task Of_many_who_add_the_same_job_at_once_one_succeeds()
    {
        var id = NewId.NextGuid();
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => store.Jobs.TryAddAsync(Job() with { JobId = id, Prompt = $"{i}" }, Token)));

        results.Count(added => added).ShouldBe(1);
        (await store.Jobs.GetAsync(id, Token))!.Prompt.ShouldBe($"{Array.IndexOf(results, true)}");
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_null() => (await store.Jobs.GetAsync(NewId.NextGuid(), Token)).ShouldBeNull();

    [Fact]
    public async Task The_first_outcome_of_an_attempt_stays_and_a_newer_attempt_replaces_it()
    {
        var job = Job();
        await store.Jobs.TryAddAsync(job, Token);
        var failed = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = Now, FailureCode = "model_unavailable" };
        var completed = new JobOutcomeRecord
        {
            Outcome = JobOutcome.Completed,
            Attempt = 2,
            EndedAt = Now.AddSeconds(1),
            Model = "m",
            Usage = new TokenUsage { InputTokens = 1, OutputTokens = 2 },
        };

        (await store.Jobs.RecordOutcomeAsync(job.JobId, failed, Token)).ShouldBe(failed);
        (await store.Jobs.RecordOutcomeAsync(job.JobId, completed with { Attempt = 1 }, Token)).ShouldBe(failed, "what was there first counts");
        (await store.Jobs.GetAsync(job.JobId, Token))!.Outcome.ShouldBe(failed);

        await store.Jobs.RecordOutcomeAsync(job.JobId, completed, Token);
        (await store.Jobs.GetAsync(job.JobId, Token))!.Outcome.ShouldBe(completed);

        await store.Jobs.RecordOutcomeAsync(job.JobId, failed, Token);
        (await store.Jobs.GetAsync(job.JobId, Token))!.Outcome.ShouldBe(completed);
    }

    [Fact]
    public async Task An_outcome_of_a_job_that_was_taken_back_makes_no_row()
    {
        var id = NewId.NextGuid();
        (await store.Jobs.RecordOutcomeAsync(id, new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = Now }, Token)).ShouldBeNull();
        (await store.Jobs.GetAsync(id, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_acceptance_is_taken_back_unless_the_job_has_ended()
    {
        var (open, ended) = (Job(), Job());
        await store.Jobs.TryAddAsync(open, Token);
        await store.Jobs.TryAddAsync(ended, Token);
        await store.Jobs.RecordOutcomeAsync(ended.JobId, new() { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = Now }, Token);

        (await store.Jobs.WithdrawAsync(open.JobId, Token)).ShouldBeTrue();
        (await store.Jobs.WithdrawAsync(open.JobId, Token)).ShouldBeTrue("it is gone");
        (await store.Jobs.WithdrawAsync(ended.JobId, Token)).ShouldBeFalse();

        (await store.Jobs.GetAsync(open.JobId, Token)).ShouldBeNull();
        (await store.Jobs.GetAsync(ended.JobId, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_job_that_was_promised_is_not_taken_back_and_one_that_was_taken_back_is_not_promised()
    {
        var (promised, withdrawn) = (Job(), Job());
        await store.Jobs.TryAddAsync(promised, Token);
        await store.Jobs.TryAddAsync(withdrawn, Token);

        (await store.Jobs.TryPromiseAsync(promised.JobId, Token)).ShouldBeTrue();
        (await store.Jobs.TryPromiseAsync(promised.JobId, Token)).ShouldBeTrue("the answer to the first call may have been lost");
        (await store.Jobs.WithdrawAsync(promised.JobId, Token)).ShouldBeFalse();
        (await store.Jobs.WithdrawAsync(withdrawn.JobId, Token)).ShouldBeTrue();
        (await store.Jobs.TryPromiseAsync(withdrawn.JobId, Token)).ShouldBeFalse();

        (await store.Jobs.GetAsync(promised.JobId, Token)).ShouldBe(Open(promised) with { IsPromised = true });
        (await store.Jobs.GetAsync(withdrawn.JobId, Token)).ShouldBeNull("a promise makes no row");
    }

    [Fact]
    public async Task Of_a_promise_and_a_withdrawal_at_once_one_succeeds()
    {
        for (var round = 0; round < 20; round++)
        {
            var job = Job();
            await store.Jobs.TryAddAsync(job, Token);
            var (promise, withdrawal) = (store.Jobs.TryPromiseAsync(job.JobId, Token), store.Jobs.WithdrawAsync(job.JobId, Token));

            (await promise).ShouldNotBe(await withdrawal);
            (await store.Jobs.GetAsync(job.JobId, Token) is not null).ShouldBe(await promise);
        }
    }

    [Fact]
    public async Task A_job_is_open_until_its_outcome_and_again_from_its_retry_on()
    {
        var job = Job();
        await store.Jobs.TryAddAsync(job, Token);
        (await OpenAsync(Now)).ShouldNotContain(job.JobId, "not older than asked for");
        (await OpenAsync(Now.AddSeconds(1))).ShouldContain(job.JobId);

        (await store.Jobs.ReopenAsync(job.JobId, 1, Now, Token)).ShouldBeFalse("no attempt has ended");
        await store.Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = Now }, Token);
        (await OpenAsync(Now.AddSeconds(1))).ShouldNotContain(job.JobId);
        (await store.Jobs.GetAsync(job.JobId, Token))!.IsOpen.ShouldBeFalse();

        (await store.Jobs.ReopenAsync(job.JobId, 2, Now, Token)).ShouldBeFalse("another attempt was the last");
        var retries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.Jobs.ReopenAsync(job.JobId, 1, Now.AddMinutes(1), Token)));
        retries.Count(x => x).ShouldBe(1);
        (await store.Jobs.GetAsync(job.JobId, Token))!.OpenSince.ShouldBe(Now.AddMinutes(1));
        await store.Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = Now }, Token);
        (await OpenAsync(Now.AddMinutes(2))).ShouldContain(job.JobId, "an old outcome closes nothing");

        await store.Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Completed, Attempt = 2, EndedAt = Now }, Token);
        (await OpenAsync(Now.AddMinutes(2))).ShouldNotContain(job.JobId);
        (await store.Jobs.ReopenAsync(job.JobId, 2, Now, Token)).ShouldBeFalse("it is completed");
    }

    [Fact]
    public async Task All_open_jobs_are_listed_however_many_there_are()
    {
        var jobs = Enumerable.Range(0, 250).Select(_ => Job() with { AcceptedAt = Now.AddYears(-1) }).ToList();
        foreach (var batch in jobs.Chunk(25))
            await Task.WhenAll(batch.Select(job => store.Jobs.TryAddAsync(job, Token)));

        (await OpenAsync(Now.AddMonths(-6))).ShouldBe(jobs.Select(x => x.JobId), ignoreOrder: true);
    }

    private async Task<List<Guid>> OpenAsync(DateTimeOffset before)
    {
        var open = new List<Guid>();
        await foreach (var job in store.Jobs.ListOpenAsync(before, Token))
            open.Add(job);
        return open;
    }

    private static JobRecord Open(JobRecord job) => job with { IsOpen = true, OpenSince = job.AcceptedAt };

    private static JobRecord Job() => new()
    {
        JobId = NewId.NextGuid(),
        UserId = "ada",
        ChatId = NewId.NextGuid(),
        Turn = 1,
        BodyHash = "hash",
        Prompt = "hello",
        AcceptedAt = Now,
    };
}
