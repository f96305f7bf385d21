using CloudIa.Limits;
using CloudIa.Limits.Redis;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class PlacesOnGarnetTests(StandInsFixture standIns) : PlacesTests(standIns, RedisKind.Garnet);

public sealed class PlacesOnRedisTests(StandInsFixture standIns) : PlacesTests(standIns, RedisKind.Redis);

public abstract class PlacesTests(StandInsFixture standIns, RedisKind kind) : LimitsTest(standIns, kind)
{
    [Fact]
    public async Task Of_200_jobs_at_once_over_two_connections_exactly_as_many_begin_as_may_and_so_again_when_they_ended()
    {
        await using var other = await ConnectAsync();
        ILimits[] replicas = [Of(jobs: 11), Of(jobs: 11, redis: other)];
        for (var round = 0; round < 2; round++)
        {
            var jobs = Enumerable.Range(0, 200).Select(_ => NewAttempt()).ToArray();
            var admitted = await Task.WhenAll(jobs.Select((job, n) => IsAdmittedAsync(replicas[n % 2], job)));

            admitted.Count(x => x).ShouldBe(11);
            await Task.WhenAll(jobs.Select((job, n) => replicas[(n + 1) % 2].EndAsync(User, job, 0, Token)));
        }
    }

    [Fact]
    public async Task A_place_is_free_once_however_often_its_end_is_told()
    {
        var limits = Of(jobs: 2);
        var (first, second) = (NewAttempt(), NewAttempt());
        await AskAsync(limits, first);
        await AskAsync(limits, second);
        (await AskAsync(limits, NewAttempt())).Refusal.ShouldBe(new LimitState(LimitKind.ConcurrentJobs, 2, 0, null));

        await limits.EndAsync(User, first, 0, Token);
        await limits.EndAsync(User, first, 0, Token);
        await limits.GiveBackAsync(User, first, Token);

        (await IsAdmittedAsync(limits, NewAttempt())).ShouldBeTrue();
        (await IsAdmittedAsync(limits, NewAttempt())).ShouldBeFalse();
    }

    [Fact]
    public async Task A_late_word_of_an_older_attempts_end_does_not_free_the_newer_ones_place()
    {
        var limits = Of(jobs: 1);
        var first = NewAttempt();
        await AskAsync(limits, first);
        await limits.EndAsync(User, first, 0, Token);
        (await IsAdmittedAsync(limits, first with { Attempt = 2 })).ShouldBeTrue();

        await limits.EndAsync(User, first, 0, Token);

        (await IsAdmittedAsync(limits, NewAttempt())).ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_request_again_takes_no_other_place_and_one_that_fails_does_not_take_it_from_the_one_that_does_not()
    {
        var limits = Of(jobs: 1, tokens: 100);
        var job = NewAttempt();
        (await IsAdmittedAsync(limits, job, 60)).ShouldBeTrue();
        (await IsAdmittedAsync(limits, job, 60)).ShouldBeTrue("it is there already");

        await limits.GiveBackAsync(User, job, Token);
        (await IsAdmittedAsync(limits, NewAttempt())).ShouldBeFalse("the other one goes on");

        await limits.GiveBackAsync(User, job, Token);
        (await IsAdmittedAsync(limits, NewAttempt(), 100)).ShouldBeTrue("place and tokens are free");
    }

    [Fact]
    public async Task A_refused_job_takes_nothing_and_has_been_a_request()
    {
        var limits = Of(requests: 10, jobs: 1, tokens: 100);
        await AskAsync(limits, NewAttempt(), 40);

        var refused = await AskAsync(limits, NewAttempt(), 10);

        refused.Refusal.ShouldNotBeNull().Kind.ShouldBe(LimitKind.ConcurrentJobs);
        refused.Limits.Select(x => (x.Kind, x.Remaining)).ShouldBe([(LimitKind.RequestsPerMinute, 8), (LimitKind.ConcurrentJobs, 0), (LimitKind.TokensPerDay, 60)]);
    }

    [Fact]
    public async Task A_place_that_nobody_frees_is_free_when_no_attempt_can_last_any_longer_and_its_tokens_too()
    {
        var limits = Of(jobs: 1, tokens: 100);
        await AskAsync(limits, NewAttempt(), 80);
        Time.Advance(TimeSpan.FromMinutes(159));
        (await IsAdmittedAsync(limits, NewAttempt(), 80)).ShouldBeFalse();

        Time.Advance(TimeSpan.FromMinutes(1));

        (await IsAdmittedAsync(limits, NewAttempt(), 100)).ShouldBeTrue();
    }

    [Fact]
    public async Task Places_that_are_held_for_a_while_are_named_to_whom_they_are_in_the_way_of_and_not_with_every_refusal()
    {
        var limits = Of(jobs: 1);
        var job = NewAttempt();
        await AskAsync(limits, job);
        Time.Advance(RedisLimits.Grace - TimeSpan.FromMilliseconds(1));
        (await AskAsync(limits, NewAttempt())).Doubtful.ShouldBeEmpty();

        Time.Advance(RedisLimits.LookEvery);
        (await AskAsync(limits, NewAttempt())).Doubtful.ShouldBe([job]);
        (await AskAsync(limits, NewAttempt())).Doubtful.ShouldBeEmpty();

        Time.Advance(RedisLimits.LookEvery);
        (await AskAsync(limits, NewAttempt())).Doubtful.ShouldBe([job]);
    }

    [Fact]
    public async Task A_request_that_is_looked_at_once_more_counts_once()
    {
        var limits = Of(requests: 2, jobs: 1);
        (await AskAsync(limits, NewAttempt())).Refusal.ShouldBeNull();
        await AskAsync(limits, NewAttempt());

        var again = await limits.AdmitAsync(new(User, null), new PlannedJob(NewAttempt(), 0), isCounted: true, Token);

        again.Refusal.ShouldNotBeNull().Kind.ShouldBe(LimitKind.ConcurrentJobs);
        (await AskAsync(limits)).Refusal.ShouldNotBeNull().Kind.ShouldBe(LimitKind.RequestsPerMinute);
    }
}
