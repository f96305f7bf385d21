using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class RedisEventLogOnGarnetTests(StandInsFixture standIns) : RedisEventLogTests(standIns, RedisKind.Garnet);

public sealed class RedisEventLogOnRedisTests(StandInsFixture standIns) : RedisEventLogTests(standIns, RedisKind.Redis);

public abstract class RedisEventLogTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    [Fact]
    public async Task Accepting_a_job_twice_appends_one_event()
    {
        await Log.AcceptAsync(User, Accepted(), Token);
        await Log.AcceptAsync(User, Accepted(), Token);

        var only = (await ReadAllAsync()).ShouldHaveSingleItem();
        only.ShouldBe(Accepted() with { Seq = 1 });
    }

    [Fact]
    public async Task Fifty_concurrent_appenders_get_numbers_without_a_gap()
    {
        var run = await BeginAsync();

        var appended = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Log.AppendAsync(run, Delta($"{i} "), Token), Token)));

        appended.ShouldAllBe(x => x);
        var events = await ReadAllAsync();
        events.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, 51).Select(x => (long)x));
        events.OfType<MessageDelta>().Select(x => x.Content).ToHashSet().Count.ShouldBe(50);
    }

    [Fact]
    public async Task A_second_run_of_a_living_attempt_is_told_how_long_the_first_may_take()
    {
        await BeginAsync();

        var second = await Log.BeginRunAsync(User, Started(), Lease, Token);

        second.Status.ShouldBe(BeginRunStatus.Busy);
        second.Run.ShouldBeNull();
        second.BusyFor.ShouldBeInRange(TimeSpan.FromMilliseconds(1), Lease);
        (await NamesAsync()).ShouldBe([nameof(JobStarted)]);
    }

    [Fact]
    public async Task A_released_lease_lets_the_next_run_begin_at_once()
    {
        var first = await BeginAsync();
        await Log.ReleaseAsync(first, Token);

        var second = await BeginAsync();

        second.Fence.ShouldBeGreaterThan(first.Fence);
        (await NamesAsync()).ShouldBe([nameof(JobStarted)]);
    }

    [Fact]
    public async Task A_lease_without_a_sign_of_life_runs_out()
    {
        await BeginAsync(lease: TimeSpan.FromMilliseconds(100));

        await Eventually.Is(async () => (await Log.BeginRunAsync(User, Started(), Lease, Token)).Status == BeginRunStatus.Begun, "the lease ran out");
    }

    [Fact]
    public async Task Appending_and_renewing_prolong_the_lease()
    {
        var run = await BeginAsync(lease: TimeSpan.FromMilliseconds(1));
        var longer = run with { Lease = Lease };

        (await Log.RenewAsync(longer, Token)).ShouldBeTrue();
        (await Log.BeginRunAsync(User, Started(), Lease, Token)).BusyFor.ShouldBeGreaterThan(TimeSpan.FromSeconds(30));

        (await Log.AppendAsync(run with { Lease = 3 * Lease }, Delta("a"), Token)).ShouldBeTrue();
        (await Log.BeginRunAsync(User, Started(), Lease, Token)).BusyFor.ShouldBeGreaterThan(2 * Lease);
    }

    [Fact]
    public async Task A_run_whose_lease_ran_out_may_go_on_while_nobody_else_began()
    {
        var run = await BeginAsync(lease: TimeSpan.FromMilliseconds(1));
        await Eventually.Is(async () => !await Database.KeyExistsAsync(Keys.OfJob(JobId)[2]), "the lease ran out");

        (await Log.AppendAsync(run, Delta("a"), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_older_run_writes_nothing_once_a_newer_one_has_begun()
    {
        var older = await BeginAsync();
        await Log.AppendAsync(older, Delta("I was "), Token);
        await Log.ReleaseAsync(older, Token);
        var newer = await BeginAsync();

        (await Log.AppendAsync(older, Delta("late"), Token)).ShouldBeFalse();
        (await Log.RenewAsync(older, Token)).ShouldBeFalse();
        (await Log.KeepAnswerAsync(older, Answer("late"), Token)).ShouldBeFalse();
        await Log.ReleaseAsync(older, Token);

        (await Log.GetAnswerAsync(JobId, Token)).ShouldBeNull();
        (await Log.BeginRunAsync(User, Started(), Lease, Token)).Status.ShouldBe(BeginRunStatus.Busy);
        (await Log.AppendAsync(newer, Delta("new"), Token)).ShouldBeTrue();
        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(MessageDelta), nameof(MessageReset), nameof(MessageDelta)]);
    }

    [Fact]
    public async Task Pieces_of_an_answer_are_voided_once()
    {
        var first = await BeginAsync();
        await Log.AppendAsync(first, Delta("void"), Token);
        await Log.ReleaseAsync(first, Token);
        await Log.ReleaseAsync(await BeginAsync(), Token);
        await Log.ReleaseAsync(await BeginAsync(), Token);

        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(MessageDelta), nameof(MessageReset)]);
    }

    [Fact]
    public async Task A_new_attempt_does_not_wait_for_the_lease_of_an_older_one()
    {
        var first = await BeginAsync(attempt: 1);
        await Log.AppendAsync(first, Delta("old"), Token);

        var second = await BeginAsync(attempt: 2);

        (await Log.AppendAsync(first, Delta("late"), Token)).ShouldBeFalse();
        (await Log.AppendAsync(second, Delta("new", attempt: 2), Token)).ShouldBeTrue();
        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(MessageDelta), nameof(MessageReset), nameof(JobStarted), nameof(MessageDelta)]);
        (await ReadAllAsync())[2].Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task An_attempt_that_a_newer_one_has_followed_does_not_begin()
    {
        await BeginAsync(attempt: 2);

        (await Log.BeginRunAsync(User, Started(attempt: 1), Lease, Token)).Status.ShouldBe(BeginRunStatus.Ended);
    }

    [Fact]
    public async Task Nothing_is_written_after_the_end_of_the_attempt()
    {
        var run = await BeginAsync();
        await Log.EndAsync(User, Failed(), Token);

        (await Log.AppendAsync(run, Delta("late"), Token)).ShouldBeFalse();
        (await Log.RenewAsync(run, Token)).ShouldBeFalse();
        (await Log.KeepAnswerAsync(run, Answer("late"), Token)).ShouldBeFalse();
        (await Log.BeginRunAsync(User, Started(), Lease, Token)).Status.ShouldBe(BeginRunStatus.Ended);
        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(JobError)]);
    }

    [Fact]
    public async Task An_attempt_ends_once()
    {
        await BeginAsync(attempt: 2);

        await Log.EndAsync(User, Failed(attempt: 2), Token);
        await Log.EndAsync(User, Failed(attempt: 2), Token);
        await Log.EndAsync(User, Failed(attempt: 1), Token);

        (await NamesAsync()).ShouldBe([nameof(JobStarted), nameof(JobError)]);
    }

    [Fact]
    public async Task A_late_end_of_an_attempt_does_not_reach_into_the_next_one()
    {
        await BeginAsync(attempt: 1);
        var second = await BeginAsync(attempt: 2);

        await Log.EndAsync(User, Failed(attempt: 1), Token);

        (await Log.AppendAsync(second, Delta("new", attempt: 2), Token)).ShouldBeTrue();
        (await NamesAsync()).ShouldNotContain(nameof(JobError));
    }

    [Fact]
    public async Task A_job_can_end_without_ever_having_run()
    {
        await Log.EndAsync(User, Failed(), Token);

        (await NamesAsync()).ShouldBe([nameof(JobError)]);
        (await BeginAsync(attempt: 2)).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task A_retry_after_the_end_begins_anew_and_lives_long_again()
    {
        var first = await BeginAsync();
        await Log.AppendAsync(first, Delta("half an ans"), Token);
        await Log.EndAsync(User, Failed(), Token);

        var second = await BeginAsync(attempt: 2);
        await Log.AppendAsync(second, Delta("all of it", attempt: 2), Token);

        (await NamesAsync()).ShouldBe(
            [nameof(JobStarted), nameof(MessageDelta), nameof(JobError), nameof(MessageReset), nameof(JobStarted), nameof(MessageDelta)]);
        (await TimeToLiveAsync(Keys.Events(JobId))).ShouldBeGreaterThan(Options.RetentionAfterEnd);
        (await TimeToLiveAsync(Keys.OfJob(JobId)[1])).ShouldBeGreaterThan(Options.RetentionAfterEnd);
    }

    [Fact]
    public async Task Everything_of_a_job_has_a_time_to_live_from_the_start_and_a_short_one_after_its_end()
    {
        await Log.AcceptAsync(User, Accepted(), Token);
        (await TimeToLiveAsync(Keys.Events(JobId))).ShouldBeInRange(Options.RetentionWhileLive - Lease, Options.RetentionWhileLive);

        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("a"), Token);
        await Log.KeepAnswerAsync(run, Answer("a"), Token);
        foreach (var key in new[] { Keys.Events(JobId), Keys.OfJob(JobId)[1], Keys.Answer(JobId) })
        {
            (await TimeToLiveAsync(key)).ShouldBeInRange(Options.RetentionWhileLive - Lease, Options.RetentionWhileLive);
        }

        (await TimeToLiveAsync(Keys.OfJob(JobId)[2])).ShouldBeInRange(TimeSpan.FromMilliseconds(1), Lease);

        await Log.EndAsync(User, Failed(), Token);
        foreach (var key in new[] { Keys.Events(JobId), Keys.OfJob(JobId)[1], Keys.Answer(JobId) })
        {
            (await TimeToLiveAsync(key)).ShouldBeInRange(Options.RetentionAfterEnd - Lease, Options.RetentionAfterEnd);
        }

        (await Database.KeyExistsAsync(Keys.OfJob(JobId)[2])).ShouldBeFalse();
    }

    [Fact]
    public async Task A_kept_answer_is_given_back_as_it_was_and_no_run_begins_beside_it()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("Ωμέγα 🦜"), Token);
        (await Log.KeepAnswerAsync(run, Answer("Ωμέγα 🦜"), Token)).ShouldBeTrue();

        (await Log.GetAnswerAsync(JobId, Token)).ShouldBe(Answer("Ωμέγα 🦜"));
        (await Log.BeginRunAsync(User, Started(), Lease, Token)).Status.ShouldBe(BeginRunStatus.Answered);

        await Log.EndAsync(User, Failed(), Token);
        (await Log.BeginRunAsync(User, Started(attempt: 2), Lease, Token)).Status.ShouldBe(BeginRunStatus.Answered);
        (await NamesAsync()).ShouldNotContain(nameof(MessageReset));
    }

    [Fact]
    public async Task A_job_without_a_log_has_no_events_and_no_answer()
    {
        (await ReadAllAsync()).ShouldBeEmpty();
        (await Log.GetAnswerAsync(JobId, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_log_is_read_in_pages()
    {
        var run = await BeginAsync();
        for (var i = 0; i < 9; i++)
        {
            await Log.AppendAsync(run, Delta($"{i}"), Token);
        }

        List<long> seen = [];
        for (long after = 0; ;)
        {
            var page = await Log.ReadAsync(JobId, after, 4, Token);
            if (page.Count == 0)
            {
                break;
            }

            page.Count.ShouldBeLessThanOrEqualTo(4);
            seen.AddRange(page.Select(x => x.Seq));
            after = page[^1].Seq;
        }

        seen.ShouldBe(Enumerable.Range(1, 10).Select(x => (long)x));
        (await Log.ReadAsync(JobId, 10, 4, Token)).ShouldBeEmpty();
        (await Log.ReadAsync(JobId, 4, int.MaxValue, Token)).Count.ShouldBe(6);
        (await Log.ReadAsync(JobId, long.MaxValue, int.MaxValue, Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("ação, 日本語, עברית, Ωμέγα")]
    [InlineData("👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🦜")]
    [InlineData("line\nbreak \"quotes\" \\ back\tslash \u0000 \u001f \u2028 <script>")]
    [InlineData("%d %s 1 0 $1 KEYS[1]")]
    public async Task Text_is_kept_byte_for_byte(string content)
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta(content), Token);

        byte[]? stored = await Database.ListGetByIndexAsync(Keys.Events(JobId), 1);

        stored.ShouldBe(ClientEventJson.SerializeToUtf8Bytes(Delta(content)));
        (await ReadAllAsync())[1].ShouldBe(Delta(content) with { Seq = 2 });
    }

    [Fact]
    public async Task A_corrupt_event_is_named_by_its_number_and_not_shown()
    {
        await BeginAsync();
        await Database.ListRightPushAsync(Keys.Events(JobId), "{\"event\":\"secret words");

        var exception = await Should.ThrowAsync<CorruptEventException>(ReadAllAsync);

        exception.Seq.ShouldBe(2);
        exception.Message.ShouldContain($"Event 2 of job {JobId}");
        exception.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task The_part_of_an_answer_ends_before_what_cannot_be_read()
    {
        var run = await BeginAsync();
        await Log.AppendAsync(run, Delta("The sky"), Token);
        await Database.ListRightPushAsync(Keys.Events(JobId), "{");
        await Log.AppendAsync(run, Delta(" the rest"), Token);

        (await Log.ReadPartialAsync(JobId, Token)).ShouldBe("The sky");
    }

    [Fact]
    public async Task A_corrupt_answer_is_named_by_its_job_and_not_shown()
    {
        await Database.StringSetAsync(Keys.Answer(JobId), "secret words");

        var exception = await Should.ThrowAsync<CorruptEventException>(() => Log.GetAnswerAsync(JobId, Token));

        exception.Message.ShouldContain($"{JobId}");
        exception.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_run_from_before_Redis_was_lost_writes_nothing_after_it()
    {
        var before = await BeginAsync();
        await Database.KeyDeleteAsync(Keys.OfJob(JobId));

        (await Log.AppendAsync(before, Delta("late"), Token)).ShouldBeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        var after = await BeginAsync();

        after.Fence.ShouldNotBe(before.Fence);
        (await Log.AppendAsync(before, Delta("late"), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Fences_grow_even_where_the_clock_goes_back()
    {
        var first = await BeginAsync(attempt: 1);
        var back = new CloudIa.EventLog.Redis.RedisEventLog(
            Redis, Microsoft.Extensions.Options.Options.Create(Options), new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch));

        var second = await back.BeginRunAsync(User, Started(attempt: 2), Lease, Token);

        second.Run.ShouldNotBeNull().Fence.ShouldBe(first.Fence + 1);
    }

    [Fact]
    public async Task Every_operation_is_one_command()
    {
        LlmRun run = null!;

        (await CommandsOf(Redis, () => Log.AcceptAsync(User, Accepted(), Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, async () => run = await BeginAsync())).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Log.AppendAsync(run, Delta("a"), Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Log.RenewAsync(run, Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Log.KeepAnswerAsync(run, Answer("a"), Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Log.GetAnswerAsync(JobId, Token))).ShouldBe(["GET"]);
        (await CommandsOf(Redis, () => Log.ReleaseAsync(run, Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Log.EndAsync(User, Failed(), Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Log.ReadAsync(JobId, 0, 10, Token))).ShouldBe(["LRANGE"]);
    }

    [Fact]
    public void All_keys_of_a_job_are_in_one_slot_of_a_cluster()
    {
        Keys.OfJob(JobId).Select(x => Redis.HashSlot(x)).Distinct().Count().ShouldBe(1);
    }

    private async Task<TimeSpan> TimeToLiveAsync(RedisKey key) => (await Database.KeyTimeToLiveAsync(key)).ShouldNotBeNull($"{key} has no time to live");
}
