using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Store;
using MassTransit.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.Erasing;

/// <summary>Rounds over the real table and Redis, and a clock that stands still; nobody takes its commands.</summary>
public sealed class ErasureRoundTests(StoreTableFixture store, StandInsFixture standIns) : ErasureTest(store, standIns), IClassFixture<StoreTableFixture>
{
    [Fact]
    public async Task It_is_completed_when_nothing_more_was_found_for_the_grace_and_what_comes_until_then_goes_too()
    {
        var user = StandIns.UniqueName("user");
        var first = await AcceptAsync(user, ended: true);
        await Store.Erasures.BeginAsync(user, null, Start, Token);
        await RoundAsync();
        (await Store.Jobs.GetAsync(first.JobId, Token))!.ErasedAt.ShouldBe(Start);
        (await ErasureAsync(user)).ClearSince.ShouldBeNull();
        await RoundAsync();
        (await ErasureAsync(user)).ClearSince.ShouldBe(Start);

        // A request that had begun before the erasure: nobody looks before the grace is over.
        var late = await AcceptAsync(user, ended: true);
        Time.Advance(Grace - TimeSpan.FromTicks(1));
        await RoundAsync();
        (await Store.Jobs.GetAsync(late.JobId, Token))!.ErasedAt.ShouldBeNull();
        Time.Advance(TimeSpan.FromTicks(1));
        await RoundAsync();
        (await Store.Jobs.GetAsync(late.JobId, Token))!.ErasedAt.ShouldBe(Start + Grace);
        (await ErasureAsync(user)).ShouldBe(new ErasureRecord { UserId = user, ChatId = null, RequestedAt = Start }, "the grace begins anew");

        await RoundAsync();
        Time.Advance(Grace);
        await RoundAsync();
        (await ErasureAsync(user)).CompletedAt.ShouldBe(Time.GetUtcNow());
    }

    [Fact]
    public async Task Who_has_lost_the_lease_leaves_off_and_another_goes_on()
    {
        var user = StandIns.UniqueName("user");
        var jobs = new List<JobRecord>();
        for (var n = 0; n < 30; n++)
            jobs.Add(await AcceptAsync(user, ended: true));
        await Store.Erasures.BeginAsync(user, null, Start, Token);

        var asked = 0;
        await RoundAsync(() => Task.FromResult(Interlocked.Increment(ref asked) <= 5));
        (await ErasedAsync()).ShouldBeLessThan(30);
        (await ErasureAsync(user)).ClearSince.ShouldBeNull();
        await RoundAsync();
        (await ErasedAsync()).ShouldBe(30);

        async Task<int> ErasedAsync() => (await Task.WhenAll(jobs.Select(x => Store.Jobs.GetAsync(x.JobId, Token)))).Count(x => x!.ErasedAt is not null);
    }

    [Fact]
    public async Task A_job_that_runs_is_told_to_end_and_waited_for()
    {
        var (user, other) = (StandIns.UniqueName("user"), StandIns.UniqueName("user"));
        var (open, others) = (await AcceptAsync(user, ended: false), await AcceptAsync(other, ended: false));
        await Store.Erasures.BeginAsync(user, null, Start, Token);
        await RoundAsync();
        (await Harness.Sent.SelectAsync<CancelChatJob>(Token).First()).Context.Message.JobId.ShouldBe(open.JobId);

        await RoundAsync();
        Time.Advance(Grace + Grace);
        await RoundAsync();
        (await ErasureAsync(user)).ShouldBe(new ErasureRecord { UserId = user, ChatId = null, RequestedAt = Start }, "it is neither clear nor completed");
        (await Store.Jobs.GetAsync(open.JobId, Token))!.Prompt.ShouldBe("hello");

        await EndAsync(open);
        await RoundAsync();
        (await Store.Jobs.GetAsync(open.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        (await Store.Jobs.GetAsync(others.JobId, Token))!.ErasedAt.ShouldBeNull();
        Harness.Sent.Select<CancelChatJob>(Token).ShouldAllBe(x => x.Context.Message.JobId == open.JobId);
    }

    [Fact]
    public async Task A_job_whose_end_has_yet_to_be_told_is_waited_for()
    {
        var user = StandIns.UniqueName("user");
        var job = await AcceptAsync(user, ended: true);
        await Store.Erasures.BeginAsync(user, null, Start, Token);
        var key = $"{SagasServices.KeyPrefix}:{job.JobId}";
        await Database.StringSetAsync(key, Saga(job, nameof(ChatJobStateMachine.Notifying)));
        await RoundAsync();
        (await Store.Jobs.GetAsync(job.JobId, Token))!.ErasedAt.ShouldBeNull();

        await Database.StringSetAsync(key, Saga(job, nameof(ChatJobStateMachine.Cancelled)));
        await RoundAsync();

        (await Store.Jobs.GetAsync(job.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        Harness.Sent.Select<CancelChatJob>(Token).ShouldBeEmpty("it has ended");
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_holds_up_no_other_user()
    {
        var (broken, whole) = (StandIns.UniqueName("user"), StandIns.UniqueName("user"));
        var unreadable = await AcceptAsync(broken, ended: true, outcome: (JobOutcome)77);
        var job = await AcceptAsync(whole, ended: true);
        await Store.Erasures.BeginAsync(broken, null, Start, Token);
        await Store.Erasures.BeginAsync(whole, null, Start.AddSeconds(1), Token);

        await RoundAsync();

        (await Store.Jobs.GetAsync(job.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        Log.Lines.ShouldContain(x => x.Contains("does not get on", StringComparison.Ordinal));
        Log.Lines.Where(x => x.Contains("rasure", StringComparison.Ordinal)).ShouldAllBe(x => !x.Contains(broken, StringComparison.Ordinal) && !x.Contains(whole, StringComparison.Ordinal));
        (await Store.Data.EraseJobAsync(unreadable with { IsOpen = false, Outcome = Ended }, Start, Token)).ShouldBeTrue("else it would be in the way of other tests");
    }

    [Fact]
    public async Task A_user_goes_before_chats_that_others_want_deleted()
    {
        var (user, other) = (StandIns.UniqueName("user"), StandIns.UniqueName("user"));
        var (mine, others) = (await AcceptAsync(user, ended: true), await AcceptAsync(other, ended: true));
        await Store.Erasures.BeginAsync(other, others.ChatId, Start, Token);
        await Store.Erasures.BeginAsync(user, null, Start.AddSeconds(1), Token);

        // The lease is lost after the first.
        await RoundAsync(async () => (await Store.Jobs.GetAsync(mine.JobId, Token))!.ErasedAt is null);

        (await Store.Jobs.GetAsync(mine.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        (await Store.Jobs.GetAsync(others.JobId, Token))!.ErasedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Of_a_deleted_chat_the_jobs_go_and_those_of_other_chats_stay()
    {
        var user = StandIns.UniqueName("user");
        var (gone, kept) = (await AcceptAsync(user, ended: true), await AcceptAsync(user, ended: true));
        await Redis.GetDatabase().StringSetAsync(ContextKey.Of("cloudia:", gone.ChatId), "words");
        await Redis.GetDatabase().StringSetAsync(ContextKey.Of("cloudia:", kept.ChatId), "words");
        await Store.Erasures.BeginAsync(user, gone.ChatId, Start, Token);

        await RoundAsync();

        (await Store.Jobs.GetAsync(gone.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        (await Redis.GetDatabase().KeyExistsAsync(ContextKey.Of("cloudia:", gone.ChatId))).ShouldBeFalse();
        (await Store.Jobs.GetAsync(kept.JobId, Token))!.Prompt.ShouldBe("hello");
        (await Redis.GetDatabase().KeyExistsAsync(ContextKey.Of("cloudia:", kept.ChatId))).ShouldBeTrue();
    }

    private static string Saga(JobRecord job, string state) =>
        $$"""{"correlationId":"{{job.JobId}}","version":1,"currentState":"{{state}}","userId":"{{job.UserId}}","attempt":1}""";
}
