using CloudIa.Limits;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class TokensOnGarnetTests(StandInsFixture standIns) : TokensTests(standIns, RedisKind.Garnet);

public sealed class TokensOnRedisTests(StandInsFixture standIns) : TokensTests(standIns, RedisKind.Redis);

public abstract class TokensTests(StandInsFixture standIns, RedisKind kind) : LimitsTest(standIns, kind)
{
    private const long Much = 1_000_000_000_000;

    [Fact]
    public async Task Of_200_jobs_at_once_exactly_as_many_begin_as_there_are_tokens_for()
    {
        await using var other = await ConnectAsync();
        ILimits[] replicas = [Of(tokens: 1_000), Of(tokens: 1_000, redis: other)];

        var admitted = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => IsAdmittedAsync(replicas[n % 2], NewAttempt(), 30)));

        admitted.Count(x => x).ShouldBe(33);
        (await LeftAsync(replicas[0], 10)).ShouldBe(0, "33 times 30, and this one");
    }

    [Fact]
    public async Task What_was_used_counts_instead_of_what_was_reserved_once_however_often_it_is_told()
    {
        var limits = Of(tokens: 100);
        var job = NewAttempt();
        await AskAsync(limits, job, 90);
        (await IsAdmittedAsync(limits, NewAttempt(), 20)).ShouldBeFalse();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => limits.EndAsync(User, job, 15, Token)));

        (await LeftAsync(limits, 0)).ShouldBe(85);
    }

    [Fact]
    public async Task More_than_was_reserved_counts_too_and_an_answer_larger_than_the_day_leaves_nothing()
    {
        var limits = Of(tokens: 100);
        var job = NewAttempt();
        await AskAsync(limits, job, 10);
        await limits.EndAsync(User, job, 250, Token);

        var refused = await AskAsync(limits, NewAttempt(), 1);

        refused.Refusal.ShouldBe(new LimitState(LimitKind.TokensPerDay, 100, 0, TimeSpan.FromHours(1)), "it is 23:00");
    }

    [Fact]
    public async Task A_job_that_ends_without_an_answer_gives_its_reservation_back_but_for_what_its_broken_calls_used()
    {
        var limits = Of(tokens: 100);
        var (nothing, something) = (NewAttempt(), NewAttempt());
        await AskAsync(limits, nothing, 50);
        await AskAsync(limits, something, 50);
        await limits.NoteAsync(User, something, run: 7, 11, Token);
        await limits.NoteAsync(User, something, run: 7, 11, Token);
        await limits.NoteAsync(User, something, run: 8, 4, Token);
        (await IsAdmittedAsync(limits, NewAttempt(), 1)).ShouldBeFalse("what is reserved stays so until the end");

        await limits.EndAsync(User, nothing, 0, Token);
        await limits.EndAsync(User, something, 0, Token);

        (await LeftAsync(limits, 0)).ShouldBe(85);
    }

    [Fact]
    public async Task What_a_stopped_call_used_counts_also_where_its_attempts_end_was_faster()
    {
        var limits = Of(tokens: 100);
        var job = NewAttempt();
        await AskAsync(limits, job, 50);
        await limits.EndAsync(User, job, 0, Token);

        await limits.NoteAsync(User, job, run: 1, 12, Token);

        (await LeftAsync(limits, 0)).ShouldBe(88);
    }

    [Fact]
    public async Task A_run_that_was_noted_counts_once_whether_it_is_noted_again_before_the_end_or_after_it()
    {
        var limits = Of(tokens: 100);
        var (before, after) = (NewAttempt(), NewAttempt());
        await AskAsync(limits, before, 20);
        await AskAsync(limits, after, 20);
        await limits.NoteAsync(User, before, run: 7, 10, Token);
        await limits.EndAsync(User, before, 5, Token);
        await limits.EndAsync(User, after, 5, Token);

        await limits.NoteAsync(User, before, run: 7, 10, Token);
        await limits.NoteAsync(User, before, run: 6, 10, Token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => limits.NoteAsync(User, after, run: 7, 10, Token)));

        (await LeftAsync(limits, 0)).ShouldBe(70, "two answers of 5, two runs of 10");
    }

    [Fact]
    public async Task A_day_of_UTC_has_its_own_tokens_and_a_job_counts_to_the_day_it_was_admitted_on()
    {
        var limits = Of(tokens: 100);
        var (ended, over) = (NewAttempt(), NewAttempt());
        await AskAsync(limits, ended, 50);
        await limits.EndAsync(User, ended, 50, Token);
        await AskAsync(limits, over, 50);
        (await IsAdmittedAsync(limits, NewAttempt(), 1)).ShouldBeFalse();

        Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        (await AskAsync(limits, NewAttempt(), 1)).Refusal.ShouldNotBeNull().Reset.ShouldBe(TimeSpan.FromMilliseconds(1));
        Time.Advance(TimeSpan.FromMilliseconds(1));

        (await LeftAsync(limits, 0)).ShouldBe(100);
        await limits.EndAsync(User, over, 70, Token);
        (await LeftAsync(limits, 0)).ShouldBe(100, "that was yesterday's");
        Time.Advance(TimeSpan.FromDays(5));
        (await LeftAsync(limits, 0)).ShouldBe(100);
    }

    [Fact]
    public async Task A_job_that_may_need_more_than_a_day_has_begins_where_nothing_is_used_yet()
    {
        var limits = Of(tokens: 100);

        (await IsAdmittedAsync(limits, NewAttempt(), 5_000)).ShouldBeTrue();
        (await IsAdmittedAsync(limits, NewAttempt(), 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Large_numbers_are_kept_to_the_last_token()
    {
        var limits = Of(tokens: Much);
        var job = NewAttempt();
        await AskAsync(limits, job, Much - 7);
        (await LeftAsync(limits, 0)).ShouldBe(7);

        await limits.EndAsync(User, job, Much - 3, Token);

        (await LeftAsync(limits, 0)).ShouldBe(3);
    }

    /// <summary>What is left of the day after a job that reserves so much, which ends at once and used nothing.</summary>
    private static async Task<long> LeftAsync(ILimits limits, long tokens)
    {
        var job = NewAttempt();
        var answer = await AskAsync(limits, job, tokens);
        await limits.EndAsync(User, job, 0, Token);
        return answer.Limits.Single(x => x.Kind == LimitKind.TokensPerDay).Remaining;
    }
}
