using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class StopOnGarnetTests(StandInsFixture standIns) : StopTests(standIns, RedisKind.Garnet);

public sealed class StopOnRedisTests(StandInsFixture standIns) : StopTests(standIns, RedisKind.Redis);

/// <summary>An attempt that is stopped before its end.</summary>
public abstract class StopTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    [Fact]
    public async Task A_run_whose_attempt_is_stopped_can_write_nothing_more_and_no_other_begins()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("The sky"), Token);

        await Log.StopAsync(JobId, 1, Token);

        (await Log.AppendAsync(run, Delta(" is blue."), Token)).ShouldBeFalse();
        (await Log.RenewAsync(run, Token)).ShouldBeFalse();
        (await Log.KeepAnswerAsync(run, Answer("The sky is blue."), Token)).ShouldBeFalse();
        (await Log.BeginRunAsync(User, Started(), Lease, Token)).Status.ShouldBe(BeginRunStatus.Ended);
        (await Log.ReadPartialAsync(JobId, Token)).ShouldBe("The sky");
    }

    [Fact]
    public async Task After_a_stop_comes_the_end_and_nothing_between()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("The"), Token);
        await Log.StopAsync(JobId, 1, Token);
        await Log.StopAsync(JobId, 1, Token);
        await Log.AppendAsync(run, Delta(" sky"), Token);

        await Log.EndAsync(User, Cancelled(), Token);
        await Log.EndAsync(User, Cancelled(), Token);

        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(MessageDelta), nameof(JobCancelled)]);
    }

    [Fact]
    public async Task A_stop_of_an_older_attempt_does_not_touch_a_newer_one()
    {
        await BeginAsync();
        await Log.EndAsync(User, Cancelled(), Token);
        var second = (await Log.BeginRunAsync(User, Started(2), Lease, Token)).Run.ShouldNotBeNull();

        await Log.StopAsync(JobId, 1, Token);

        (await Log.AppendAsync(second, Delta("again", 2), Token)).ShouldBeTrue();
        (await Log.IsRunningAsync(JobId, 2, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_said_is_what_a_listener_has_on_its_screen()
    {
        (await Log.ReadPartialAsync(JobId, Token)).ShouldBeEmpty();
        var first = await BeginAsync();
        await Log.AppendAsync(first, Delta("Nonsense"), Token);
        await Log.ReleaseAsync(first, Token);
        var second = await BeginAsync();
        for (var i = 0; i < 1_500; i++)
            await Log.AppendAsync(second, Delta($"{i} "), Token);

        (await Log.ReadPartialAsync(JobId, Token)).ShouldBe(string.Concat(Enumerable.Range(0, 1_500).Select(i => $"{i} ")));
    }

    [Fact]
    public async Task A_run_lives_as_long_as_its_lease()
    {
        (await Log.IsRunningAsync(JobId, 1, Token)).ShouldBeFalse();
        var run = await BeginAsync();
        (await Log.IsRunningAsync(JobId, 1, Token)).ShouldBeTrue();
        (await Log.IsRunningAsync(JobId, 2, Token)).ShouldBeFalse();

        await Log.ReleaseAsync(run, Token);
        (await Log.IsRunningAsync(JobId, 1, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_watches_an_attempt_hears_of_its_stop_and_of_no_others()
    {
        using var mine = new CancellationTokenSource();
        using var others = new CancellationTokenSource();
        using var newer = new CancellationTokenSource();
        using var gone = new CancellationTokenSource();
        using var watch = await Stops.WatchAsync(JobId, 1, mine, Token);
        using var other = await Stops.WatchAsync(NewId.NextGuid(), 1, others, Token);
        using var next = await Stops.WatchAsync(JobId, 2, newer, Token);
        (await Stops.WatchAsync(JobId, 1, gone, Token)).Dispose();
        await BeginAsync();

        await Log.StopAsync(JobId, 1, Token);
        await Eventually.Is(() => mine.IsCancellationRequested, "the watcher was told");

        others.IsCancellationRequested.ShouldBeFalse();
        newer.IsCancellationRequested.ShouldBeFalse();
        gone.IsCancellationRequested.ShouldBeFalse();
    }

    private JobCancelled Cancelled() => new() { JobId = JobId, ChatId = Accepted().ChatId, Attempt = 1, Timestamp = Time.GetUtcNow() };
}
