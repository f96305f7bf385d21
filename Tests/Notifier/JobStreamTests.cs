using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class JobStreamTests
{
    private readonly FakeEventLog _log = new();
    private readonly FakeJobStore _jobs = new();
    private readonly CountingTime _time = new();
    private readonly ChatJob _job;
    private int _looks;

    public JobStreamTests() => _job = new ChatJob(_log, "ana");

    [Fact]
    public async Task A_stream_begun_at_any_number_at_any_moment_gives_the_rest_and_ends()
    {
        for (var written = 0; written <= 6; written++)
        {
            for (var cut = 0; cut <= written; cut++)
            {
                var job = new ChatJob(_log, "ana");
                using var steps = job.Steps(3).GetEnumerator();
                Take(steps, written);
                _log.AfterRead = (_, _) =>
                {
                    Take(steps, 2);
                    return Task.CompletedTask;
                };

                var read = new List<ClientEvent>();
                await foreach (var value in Stream(job.Record, cut))
                {
                    read.Add(value);
                    Take(steps, 1);
                }

                read.ShouldBe(_log.All(job.JobId).Skip(cut), $"written {written}, cut {cut}");
            }
        }

        _log.Subscriptions.ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_jobs_own_events_are_in_its_stream()
    {
        var other = new ChatJob(_log, "ana");
        _log.AfterRead = (_, _) =>
        {
            other.Answer(pieces: 2);
            _job.Answer(pieces: 2);
            return Task.CompletedTask;
        };

        (await ReadAsync(0)).ShouldBe(_log.All(_job.JobId));
    }

    [Fact]
    public async Task A_stream_goes_on_over_a_failed_attempt_that_was_retried()
    {
        _job.Accept();
        _job.Fail();
        _job.Attempt = 2;
        _job.Start();
        _job.Complete("done");

        (await ReadAsync(0)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Where_the_log_is_gone_the_outcome_comes_from_the_store()
    {
        var ended = _job.Record with
        {
            Outcome = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = default, FailureCode = JobFailures.ModelRefused.Code },
        };

        (await ReadAsync(4, ended)).ShouldHaveSingleItem().ShouldBeOfType<JobError>().Retryable.ShouldBeFalse();
    }

    [Fact]
    public async Task Where_answer_and_log_are_gone_the_stream_ends_empty_rather_than_never()
    {
        var ended = _job.Record with { Outcome = new JobOutcomeRecord { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = default } };

        (await ReadAsync(0, ended)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_goes_on_over_an_event_that_cannot_be_read()
    {
        _job.Answer(pieces: 3);
        _log.Corrupt.Add(4);

        var read = await ReadAsync(0);

        read.Select(x => x.Seq).ShouldBe([1, 2, 3, 4, 5, 6]);
        read[3].ShouldBeOfType<MessageReset>();
        read[^1].ShouldBeOfType<MessageCompleted>();
    }

    [Fact]
    public async Task Where_the_last_event_cannot_be_read_the_outcome_comes_from_the_store()
    {
        _job.Accept();
        _job.Fail();
        _log.Corrupt.Add(2);
        var ended = _job.Record with { Outcome = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = default } };

        var read = await ReadAsync(0, ended);

        read.Select(x => x.Seq).ShouldBe([1, 2, 0]);
        read[^1].ShouldBeOfType<JobError>();
    }

    [Fact]
    public async Task An_end_that_was_not_announced_is_found_in_the_log()
    {
        _job.Accept();
        _log.Lost = _ => true;
        await using var read = Stream(_job.Record, 0).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await read.MoveNextAsync()).ShouldBeTrue();
        var next = read.MoveNextAsync().AsTask();

        _job.Fail();
        await LookAsync(next);

        (await next).ShouldBeTrue();
        read.Current.ShouldBeOfType<JobError>().Seq.ShouldBe(2);
        (await read.MoveNextAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_that_nobody_tells_is_taken_from_the_row_when_it_was_seen_twice(bool isOpenAgain)
    {
        _job.Accept();
        await using var read = Stream(_job.Record with { IsOpen = true }, 0).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await read.MoveNextAsync()).ShouldBeTrue();
        var next = read.MoveNextAsync().AsTask();
        var ended = _job.Record with
        {
            Outcome = new JobOutcomeRecord { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = default, FailureCode = JobFailures.ModelRefused.Code },
        };

        _jobs.Put(ended);
        await LookAsync(next);
        next.IsCompleted.ShouldBeFalse();
        if (isOpenAgain)
        {
            _jobs.Put(ended with { IsOpen = true });
            await LookAsync(next);
            await LookAsync(next);
            next.IsCompleted.ShouldBeFalse();
            _jobs.Put(ended with { Outcome = ended.Outcome with { Attempt = 2 } });
            await LookAsync(next);
            next.IsCompleted.ShouldBeFalse();
        }

        await LookAsync(next);

        (await next).ShouldBeTrue();
        read.Current.ShouldBeOfType<JobError>().ShouldSatisfyAllConditions(
            x => x.Seq.ShouldBe(0), x => x.Attempt.ShouldBe(isOpenAgain ? 2 : 1), x => x.Details.ShouldBe(JobFailures.ModelRefused.Code));
        (await read.MoveNextAsync()).ShouldBeFalse();
    }

    /// <summary>Returns when the stream has looked, and waits again or has something to say.</summary>
    private async Task LookAsync(Task next)
    {
        await Eventually.Is(() => _time.Timers > _looks);
        _looks = _time.Timers;
        _time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.Is(() => next.IsCompleted || _time.Timers > _looks);
    }

    private async Task<List<ClientEvent>> ReadAsync(long lastSeq, JobRecord? job = null)
    {
        var read = new List<ClientEvent>();
        await foreach (var value in Stream(job ?? _job.Record, lastSeq))
        {
            read.Add(value);
        }

        return read;
    }

    private IAsyncEnumerable<ClientEvent> Stream(JobRecord job, long lastSeq)
    {
        var chats = Substitute.For<IChatStore>();
        chats.GetMessageAsync(default, default, default).ReturnsForAnyArgs((MessageRecord?)null);
        return new JobStream(_log, _log, _jobs, chats, Options.Create(new ListeningOptions { ReadPage = 2 }), _time, new(NullLogger<UnreadableEvents>.Instance))
            .ReadAsync(job, lastSeq, TestContext.Current.CancellationToken);
    }

    private static void Take(IEnumerator<Action> steps, int count)
    {
        for (; count > 0 && steps.MoveNext(); count--)
        {
            steps.Current();
        }
    }
}
