using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Listening;
using CloudIa.Store;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.Options;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class JobStreamTests
{
    private readonly FakeEventLog _log = new();
    private readonly ChatJob _job;

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
        return new JobStream(_log, _log, new FakeJobStore(), chats, Options.Create(new NotifierOptions { ReadPage = 2 }), TimeProvider.System)
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
