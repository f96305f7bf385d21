using CloudIa.Limits;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class RequestsOnGarnetTests(StandInsFixture standIns) : RequestsTests(standIns, RedisKind.Garnet);

public sealed class RequestsOnRedisTests(StandInsFixture standIns) : RequestsTests(standIns, RedisKind.Redis);

public abstract class RequestsTests(StandInsFixture standIns, RedisKind kind) : LimitsTest(standIns, kind)
{
    [Fact]
    public async Task Of_200_at_once_over_two_connections_exactly_as_many_are_admitted_as_may_be()
    {
        await using var other = await ConnectAsync();
        ILimits[] replicas = [Of(requests: 37), Of(requests: 37, redis: other)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => IsAdmittedAsync(replicas[n % 2])));

        answers.Count(x => x).ShouldBe(37);
    }

    [Fact]
    public async Task No_minute_has_more_than_the_limit_wherever_it_begins()
    {
        var limits = Of(requests: 3);
        (await IsAdmittedAsync(limits)).ShouldBeTrue();
        Time.Advance(TimeSpan.FromSeconds(40));
        (await IsAdmittedAsync(limits)).ShouldBeTrue();
        var third = await AskAsync(limits);
        third.Refusal.ShouldBeNull();
        third.Limits.ShouldHaveSingleItem().ShouldBe(new LimitState(LimitKind.RequestsPerMinute, 3, 0, TimeSpan.FromSeconds(20)));

        var fourth = await AskAsync(limits);
        fourth.Refusal.ShouldBe(new LimitState(LimitKind.RequestsPerMinute, 3, 0, TimeSpan.FromSeconds(20)));

        Time.Advance(TimeSpan.FromSeconds(20));
        (await IsAdmittedAsync(limits)).ShouldBeTrue("the first is a minute old");
        (await AskAsync(limits)).Refusal.ShouldNotBeNull().Reset.ShouldBe(TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_limit_that_was_lowered_says_when_there_is_room_again()
    {
        var before = Of(requests: 4);
        for (var n = 0; n < 4; n++)
        {
            (await IsAdmittedAsync(before)).ShouldBeTrue();
            Time.Advance(TimeSpan.FromSeconds(10));
        }

        (await AskAsync(Of(requests: 2))).Refusal.ShouldNotBeNull().Reset.ShouldBe(TimeSpan.FromSeconds(40), "three of them have to be a minute old");
    }

    [Fact]
    public async Task Users_do_not_count_for_each_other()
    {
        var limits = Of(requests: 1);

        (await IsAdmittedAsync(limits)).ShouldBeTrue();
        (await IsAdmittedAsync(limits, user: "rui")).ShouldBeTrue();
        (await IsAdmittedAsync(limits)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_clock_that_goes_back_lets_nobody_through_twice()
    {
        var limits = Of(requests: 2);
        (await IsAdmittedAsync(limits)).ShouldBeTrue();
        Time.AdjustTime(Time.GetUtcNow().AddSeconds(-30));
        (await IsAdmittedAsync(limits)).ShouldBeTrue();
        (await IsAdmittedAsync(limits)).ShouldBeFalse();

        Time.Advance(TimeSpan.FromSeconds(90));
        (await IsAdmittedAsync(limits)).ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nothing_is_limited_Redis_is_not_asked_and_where_all_is_once()
    {
        (await CommandsOf(Redis, () => AskAsync(Of(), NewAttempt(), 10))).ShouldBeEmpty();

        var limits = Of(5, 5, 500);
        await AskAsync(limits, NewAttempt(), 10);
        (await CommandsOf(Redis, () => AskAsync(limits, NewAttempt(), 10))).ShouldHaveSingleItem().ShouldStartWith(Script);
    }
}
