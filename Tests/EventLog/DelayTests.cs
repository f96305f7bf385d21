using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class DelayOnGarnetTests(StandInsFixture standIns) : DelayTests(standIns, RedisKind.Garnet);

public sealed class DelayOnRedisTests(StandInsFixture standIns) : DelayTests(standIns, RedisKind.Redis);

/// <summary>An attempt that waits for its next try.</summary>
public abstract class DelayTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    [Fact]
    public async Task Word_of_it_is_numbered_like_all_events_and_the_time_is_known_until_a_run_begins()
    {
        await Log.DelayAsync(User, Delayed(), Token);

        (await NamesAsync()).ShouldBe([nameof(JobDelayed)]);
        (await Log.ReadAsync(JobId, 0, 10, Token))[0].ShouldBe(Delayed() with { Seq = 1 });
        (await Log.GetDelayAsync(JobId, 1, Token)).ShouldBe(Delayed().Until);
        (await Log.GetDelayAsync(JobId, 2, Token)).ShouldBeNull();
        (await Redis.GetDatabase().KeyTimeToLiveAsync(Keys.Events(JobId))).ShouldNotBeNull();

        await BeginAsync();

        (await NamesAsync()).ShouldBe([nameof(JobDelayed), nameof(JobStarted)]);
        (await Log.GetDelayAsync(JobId, 1, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task After_a_run_that_broke_off_it_comes_before_the_reset_of_the_next()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("The sky"), Token);
        await Log.ReleaseAsync(run, Token);

        await Log.DelayAsync(User, Delayed(), Token);
        await BeginAsync();

        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(MessageDelta), nameof(JobDelayed), nameof(MessageReset)]);
        (await Log.ReadPartialAsync(JobId, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_does_not_wait_is_not_said_to()
    {
        var run = await BeginAsync();
        await Log.DelayAsync(User, Delayed(), Token);

        await Log.KeepAnswerAsync(run, Answer("Blue."), Token);
        await Log.ReleaseAsync(run, Token);
        await Log.DelayAsync(User, Delayed(), Token);

        await Log.StopAsync(JobId, 1, Token);
        await Log.DelayAsync(User, Delayed(), Token);

        (await NamesAsync()).ShouldBe([nameof(JobStarted)]);
        (await Log.GetDelayAsync(JobId, 1, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_older_attempt_says_nothing_once_a_newer_one_has_begun()
    {
        (await Log.BeginRunAsync(User, Started(2), Lease, Token)).Status.ShouldBe(BeginRunStatus.Begun);

        await Log.DelayAsync(User, Delayed(), Token);

        (await NamesAsync()).ShouldBe([nameof(JobStarted)]);
    }

    private JobDelayed Delayed() => new()
    {
        JobId = JobId,
        ChatId = Started().ChatId,
        Attempt = 1,
        Timestamp = Time.GetUtcNow(),
        Until = Time.GetUtcNow().AddSeconds(15),
        Reason = JobDelays.CircuitOpen,
    };
}
