using CloudIa.Limits;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class TiersOnGarnetTests(StandInsFixture standIns) : TiersTests(standIns, RedisKind.Garnet);

public sealed class TiersOnRedisTests(StandInsFixture standIns) : TiersTests(standIns, RedisKind.Redis);

public abstract class TiersTests(StandInsFixture standIns, RedisKind kind) : LimitsTest(standIns, kind)
{
    [Fact]
    public async Task Of_200_jobs_at_once_of_each_tier_over_two_connections_exactly_as_many_begin_as_that_tier_may()
    {
        await using var other = await ConnectAsync();
        var options = new LimitOptions { ConcurrentJobs = 5, Tiers = { new() { Name = "pro", ConcurrentJobs = 11 }, new() { Name = "free", ConcurrentJobs = 3 }, new() { Name = "staff", ConcurrentJobs = 0 } } };
        ILimits[] replicas = [Of(options), Of(options, other)];

        async Task<int> BurstAsync(string user, string? tier) => (await Task.WhenAll(
            Enumerable.Range(0, 200).Select(n => IsAdmittedAsync(replicas[n % 2], NewAttempt(), user: user, tier: tier)))).Count(x => x);

        (await Task.WhenAll(BurstAsync("a", "pro"), BurstAsync("b", "free"), BurstAsync("c", null), BurstAsync("d", "gone"), BurstAsync("e", "staff"))).ShouldBe([11, 3, 5, 5, 200]);
    }

    [Fact]
    public async Task Of_200_requests_at_once_of_each_tier_exactly_as_many_are_let_in_as_that_tier_may()
    {
        var limits = Of(new LimitOptions { RequestsPerMinute = 20, Tiers = { new() { Name = "pro", RequestsPerMinute = 70 }, new() { Name = "staff", RequestsPerMinute = 0 } } });

        async Task<int> BurstAsync(string user, string? tier) => (await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => IsAdmittedAsync(limits, user: user, tier: tier)))).Count(x => x);

        (await Task.WhenAll(BurstAsync("a", "pro"), BurstAsync("b", null), BurstAsync("c", "staff"))).ShouldBe([70, 20, 200]);
    }

    [Fact]
    public async Task What_is_left_is_told_in_the_tiers_numbers_and_what_it_does_not_say_is_as_without_one()
    {
        var limits = Of(new LimitOptions { RequestsPerMinute = 9, ConcurrentJobs = 5, TokensPerDay = 100, Tiers = { new() { Name = "pro", ConcurrentJobs = 7, TokensPerDay = 1_000 } } });

        (await AskAsync(limits, NewAttempt(), 40, tier: "pro")).Limits.Select(x => (x.Kind, x.Quota, x.Remaining)).ShouldBe(
            [(LimitKind.RequestsPerMinute, 9, 8), (LimitKind.ConcurrentJobs, 7, 6), (LimitKind.TokensPerDay, 1_000, 960)]);
        (await AskAsync(limits, NewAttempt(), 900, tier: "pro")).Refusal.ShouldBeNull();
        (await AskAsync(limits, NewAttempt(), 61, tier: "pro")).Refusal.ShouldNotBeNull().Quota.ShouldBe(1_000);
    }

    [Fact]
    public async Task A_place_is_freed_by_who_knows_no_tier_also_where_only_a_tier_counts_jobs()
    {
        var limits = Of(new LimitOptions { Tiers = { new() { Name = "free", ConcurrentJobs = 1 } } });
        var job = NewAttempt();
        (await IsAdmittedAsync(limits, job, tier: "free")).ShouldBeTrue();
        (await IsAdmittedAsync(limits, NewAttempt(), tier: "free")).ShouldBeFalse();

        await limits.EndAsync(User, job, 0, Token);

        (await IsAdmittedAsync(limits, NewAttempt(), tier: "free")).ShouldBeTrue();
    }

    [Fact]
    public async Task Tokens_count_for_a_tier_that_limits_them_also_where_others_do_not()
    {
        var limits = Of(new LimitOptions { Tiers = { new() { Name = "free", TokensPerDay = 100 } } });
        var job = NewAttempt();
        (await IsAdmittedAsync(limits, job, 30, tier: "free")).ShouldBeTrue();
        await limits.NoteAsync(User, job, 1, 20, Token);
        await limits.EndAsync(User, job, 60, Token);

        (await AskAsync(limits, NewAttempt(), 21, tier: "free")).Refusal.ShouldNotBeNull().Kind.ShouldBe(LimitKind.TokensPerDay);
        (await IsAdmittedAsync(limits, NewAttempt(), 20, tier: "free")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_user_does_in_a_tier_without_limits_counts_where_they_come_in_another()
    {
        var limits = Of(new LimitOptions { ConcurrentJobs = 2, TokensPerDay = 100, Tiers = { new() { Name = "staff", ConcurrentJobs = 0, TokensPerDay = 0 } } });
        var (first, second) = (NewAttempt(), NewAttempt());
        (await IsAdmittedAsync(limits, first, 45, tier: "staff")).ShouldBeTrue();
        (await IsAdmittedAsync(limits, second, 45, tier: "staff")).ShouldBeTrue();
        (await IsAdmittedAsync(limits, NewAttempt(), 500, tier: "staff")).ShouldBeTrue();

        (await AskAsync(limits, NewAttempt(), 1)).Refusal.ShouldNotBeNull().Kind.ShouldBe(LimitKind.ConcurrentJobs);
        await limits.EndAsync(User, first, 0, Token);
        await limits.EndAsync(User, second, 0, Token);
        (await AskAsync(limits, NewAttempt(), 1)).Refusal.ShouldNotBeNull().Kind.ShouldBe(LimitKind.TokensPerDay);
    }
}
