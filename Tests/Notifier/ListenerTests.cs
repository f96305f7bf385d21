using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.Listening;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class ListenerTests
{
    private readonly FakeEventLog _log = new();

    [Fact]
    public async Task A_listener_gets_every_event_of_all_its_users_jobs_and_none_of_another_user()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        var first = ana.Job();
        var second = ana.Job();
        var stranger = ana.Job("bob");

        foreach (var steps in first.Steps(3).Zip(second.Steps(3), stranger.Steps(3)))
        {
            steps.First();
            steps.Second();
            steps.Third();
        }

        var sent = await ana.SettleAsync();
        sent.Where(x => x.JobId == first.JobId).ShouldBe(_log.All(first.JobId));
        sent.Where(x => x.JobId == second.JobId).ShouldBe(_log.All(second.JobId));
        sent.Count.ShouldBe(12);
    }

    [Fact]
    public async Task A_gap_in_the_announcements_is_filled_from_the_log()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        _log.Lost = x => x.Seq is 2 or 4 or 5;
        var job = ana.Job();

        job.Answer(pieces: 5);

        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(job.JobId));
    }

    [Fact]
    public async Task A_listener_gets_the_end_of_a_job_of_which_an_event_cannot_be_read()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        _log.Lost = x => x.Seq is 4;
        _log.Corrupt.Add(4);
        var job = ana.Job();

        job.Answer(pieces: 5);

        var sent = await ana.ReadUntilEndAsync();
        sent.Select(x => x.Seq).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
        sent.Where(x => x.Seq != 4).ShouldBe(_log.All(job.JobId).Where(x => x.Seq != 4));
        sent[3].ShouldBeOfType<MessageReset>();
    }

    [Fact]
    public async Task Who_resumes_an_ended_job_whose_last_event_cannot_be_read_gets_its_outcome_from_the_store()
    {
        var job = new ChatJob(_log, "ana");
        job.Accept();
        job.Fail();
        _log.Corrupt.Add(2);
        await using var ana = await ListenerRig.StartAsync(_log);
        var ended = job.Record with { Outcome = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = default } };

        await ana.Listener.ResumeAsync(ended, 1);

        var sent = await ana.ReadUntilEndAsync();
        sent.Select(x => x.Seq).ShouldBe([2, 0]);
        sent[^1].ShouldBeOfType<JobError>();
    }

    [Fact]
    public async Task Who_connects_in_mid_answer_gets_it_from_its_beginning()
    {
        var job = new ChatJob(_log, "ana");
        using var steps = job.Steps(6).GetEnumerator();
        Take(steps, 5);
        await using var ana = await ListenerRig.StartAsync(_log);

        Take(steps, 4);

        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(job.JobId));
    }

    [Fact]
    public async Task Resumed_at_every_number_at_every_moment_nothing_is_lost_and_nothing_comes_twice()
    {
        const int Events = 9;
        for (var cut = 0; cut <= Events; cut++)
        {
            for (var written = cut; written <= Events; written++)
            {
                // While the log is read for the resuming client the answer goes on: before what is read, and after it.
                foreach (var before in new[] { true, false })
                {
                    await ResumeAsync(cut, written, before);
                }
            }
        }
    }

    [Fact]
    public async Task A_client_that_resumes_soon_after_connecting_gets_only_the_rest()
    {
        var job = new ChatJob(_log, "ana");
        using var steps = job.Steps(6).GetEnumerator();
        Take(steps, 5);
        await using var ana = await ListenerRig.StartAsync(_log, notifier: x => x.ResumeGrace = TimeSpan.FromSeconds(1));

        // Announced before the client has said that it has the first four.
        Take(steps, 2);
        (await ana.SettleAsync()).ShouldBeEmpty();
        await ana.Listener.ResumeAsync(job.Record, 4);
        Take(steps, 2);

        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(job.JobId).Skip(4));
        ana.Time.Advance(TimeSpan.FromSeconds(1));
        (await ana.SettleAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_does_not_resume_gets_the_running_answer_after_the_grace()
    {
        var job = new ChatJob(_log, "ana");
        using var steps = job.Steps(6).GetEnumerator();
        Take(steps, 5);
        await using var ana = await ListenerRig.StartAsync(_log, notifier: x => x.ResumeGrace = TimeSpan.FromSeconds(1));
        Take(steps, 1);
        (await ana.SettleAsync()).ShouldBeEmpty();

        ana.Time.Advance(TimeSpan.FromSeconds(1));
        (await ana.ReadUntilAsync(x => x.Seq == 6)).ShouldBe(_log.All(job.JobId));
    }

    [Fact]
    public async Task To_resume_from_what_this_connection_was_sent_sends_nothing_again()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        var job = ana.Job();
        job.Answer(pieces: 4);
        await ana.ReadUntilEndAsync();

        await ana.Listener.ResumeAsync(job.Record, 3);

        (await ana.SettleAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_the_feed_came_back_live_jobs_are_read_again()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        var job = ana.Job();
        using var steps = job.Steps(4).GetEnumerator();
        Take(steps, 2);
        await ana.SettleAsync();
        _log.Lost = _ => true;
        Take(steps, 5);

        _log.Reconnect();

        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(job.JobId).Skip(2));
    }

    [Fact]
    public async Task A_retry_goes_on_where_the_failed_attempt_ended()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        var job = ana.Job();
        job.Accept();
        job.Start();
        job.Fail();
        await ana.ReadUntilEndAsync();

        job.Attempt = 2;
        job.Start();
        job.Complete("there");

        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(job.JobId).Skip(3));
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_holds_up_no_other_job_and_is_read_later()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        var job = ana.Job();
        job.Accept();
        await ana.SettleAsync();
        _log.Lost = x => x.Seq == 2;
        _log.BeforeRead = (_, _) => throw new TimeoutException("Redis is away.");
        job.Start();
        job.Write("a");
        var other = ana.Job();
        _log.Lost = _ => false;
        other.Answer(pieces: 1);
        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(other.JobId));

        _log.BeforeRead = (_, _) => Task.CompletedTask;
        job.Write("b");
        (await ana.SettleAsync()).ShouldBeEmpty();
        ana.Time.Advance(TimeSpan.FromSeconds(1));

        (await ana.ReadUntilAsync(x => x.Seq == 4)).ShouldBe(_log.All(job.JobId).Skip(1));
    }

    [Fact]
    public async Task A_reader_that_stops_reading_holds_little_memory_and_is_dropped()
    {
        await using var ana = await ListenerRig.StartAsync(_log, x => x.BufferedEvents = 10);
        ana.Sink.Block();
        var job = ana.Job();
        job.Accept();
        await ana.Sink.Stuck;

        for (var i = 0; i < 1000; i++)
        {
            job.Write("more");
            ana.Listener.Buffered.ShouldBeLessThanOrEqualTo(10);
        }

        // Again, where its timer was not there yet.
        await Eventually.Is(
            () =>
            {
                ana.Time.Advance(TimeSpan.FromSeconds(10));
                return Task.FromResult(ana.Running.IsCompleted);
            },
            "the reader is dropped");
        (await ana.Running).ShouldBe(ListenerEnd.SlowReader);
    }

    [Fact]
    public async Task A_reader_that_lags_and_comes_back_in_time_gets_everything_from_the_log()
    {
        await using var ana = await ListenerRig.StartAsync(_log, x =>
        {
            x.BufferedEvents = 10;
            x.BufferedCharacters = 30;
        });
        ana.Sink.Block();
        var job = ana.Job();
        job.Accept();
        await ana.Sink.Stuck;
        job.Answer(pieces: 200);

        ana.Sink.Unblock();

        (await ana.ReadUntilEndAsync()).ShouldBe(_log.All(job.JobId));
    }

    [Fact]
    public async Task A_connection_of_many_jobs_does_not_grow()
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        for (var i = 0; i < 5 * JobCursors.EndedKept; i++)
        {
            ana.Job().Answer(pieces: 1);
            await ana.ReadUntilEndAsync();
        }

        ana.Listener.Cursors.ShouldBeLessThanOrEqualTo(JobCursors.EndedKept + 1);
    }

    [Theory]
    [InlineData(JobOutcome.Completed)]
    [InlineData(JobOutcome.Failed)]
    public async Task The_outcome_of_a_job_whose_log_is_gone_comes_from_the_store(JobOutcome outcome)
    {
        await using var ana = await ListenerRig.StartAsync(_log);
        var job = ana.Job();
        var record = job.Record with
        {
            Outcome = new JobOutcomeRecord
            {
                Outcome = outcome,
                Attempt = 2,
                EndedAt = new(2026, 3, 1, 13, 0, 0, TimeSpan.Zero),
                FailureCode = outcome == JobOutcome.Failed ? JobFailures.ModelRefused.Code : null,
            },
        };
        ana.Chats.GetMessageAsync(job.ChatId, 6, Arg.Any<CancellationToken>()).Returns(new MessageRecord
        {
            ChatId = job.ChatId,
            Sequence = 6,
            MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.Assistant),
            JobId = job.JobId,
            Role = MessageRoles.Assistant,
            Content = "It was this.",
            CreatedAt = default,
        });

        await ana.Listener.ResumeAsync(record, 17);

        var last = (await ana.ReadUntilEndAsync()).ShouldHaveSingleItem();
        last.Attempt.ShouldBe(2);
        last.Seq.ShouldBe(0);
        if (outcome == JobOutcome.Completed)
        {
            last.ShouldBeOfType<MessageCompleted>().Content.ShouldBe("It was this.");
        }
        else
        {
            last.ShouldBeOfType<JobError>().Details.ShouldBe(JobFailures.ModelRefused.Code);
        }
    }

    private static async Task ResumeAsync(int cut, int written, bool before)
    {
        var log = new FakeEventLog();
        var job = new ChatJob(log, "ana");
        using var steps = job.Steps(6).GetEnumerator();
        Take(steps, written);
        await using var ana = await ListenerRig.StartAsync(log);
        Task GoOn(Guid jobId, long after)
        {
            Take(steps, 1);
            return Task.CompletedTask;
        }

        _ = before ? log.BeforeRead = GoOn : log.AfterRead = GoOn;
        await ana.Listener.ResumeAsync(job.Record, cut);
        Take(steps, 9);

        var rest = log.All(job.JobId).Skip(cut).ToList();
        if (rest.Count > 0)
        {
            (await ana.ReadUntilEndAsync()).ShouldBe(rest, $"cut {cut}, written {written}, before {before}");
        }

        (await ana.SettleAsync()).ShouldBeEmpty();
    }

    private static void Take(IEnumerator<Action> steps, int count)
    {
        for (; count > 0 && steps.MoveNext(); count--)
        {
            steps.Current();
        }
    }
}
