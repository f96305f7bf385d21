using CloudIa.Contracts;
using MassTransit;
using Shouldly;
using Xunit;
using static CloudIa.Tests.Sagas.ChatJobSteps;

namespace CloudIa.Tests.Sagas;

/// <summary>Turns of a chat, cancel and retry.</summary>
public sealed class ChatJobControlTests
{
    [Fact]
    public async Task A_turn_waits_for_the_one_before_and_begins_when_it_is_told()
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Turns.Free = false;
        await job.HandleAsync(job.Submit(after: NewId.NextGuid()));

        job.Saga!.CurrentState.ShouldBe("Waiting");
        job.CommandNames.ShouldBe("ReceiveMessage");
        await OverdueAsync(job);
        job.Saga.CurrentState.ShouldBe("Waiting");

        job.Turns.Free = true;
        await job.HandleAsync(new StartNextTurn { JobId = job.JobId });
        job.Saga.CurrentState.ShouldBe("Invoking");
        job.Commands.OfType<InvokeLlm>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_turn_finds_out_by_itself_that_the_one_before_has_ended()
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Turns.Free = false;
        await job.HandleAsync(job.Submit(after: NewId.NextGuid()));
        job.Turns.Free = true;

        await OverdueAsync(job);

        job.Saga!.CurrentState.ShouldBe("Invoking");
    }

    [Fact]
    public async Task Who_waits_is_told_as_soon_as_the_outcome_is_stored()
    {
        await using var job = await ChatJobDriver.StartAsync();
        Guid[] waiting = [NewId.NextGuid(), NewId.NextGuid()];
        job.Turns.Waiting = waiting;
        job.Given("Persisting");

        await PersistedAsync(job, JobOutcome.Failed, JobFailures.ModelUnavailable.Code);

        job.Commands.OfType<StartNextTurn>().Select(x => x.JobId).ShouldBe(waiting);
    }

    [Fact]
    public async Task A_cancelled_job_ends_so_and_a_second_cancel_changes_nothing()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await CancelAsync(job);
        await CancelAsync(job);
        job.Commands.OfType<PersistMessage>().ShouldHaveSingleItem().Outcome.ShouldBe(JobOutcome.Cancelled);

        await AnswerAsync(job);
        await PersistedAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);
        await NotifiedAsync(job);
        await CancelAsync(job);

        job.Saga!.CurrentState.ShouldBe("Cancelled");
        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm PersistMessage NotifyClient");
    }

    [Fact]
    public async Task A_cancel_that_overtakes_its_submission_cancels_the_job()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await CancelAsync(job);
        await job.SubmitAsync();

        job.Saga!.CurrentState.ShouldBe("Persisting");
        job.Saga.Outcome.ShouldBe(JobOutcome.Cancelled);
        job.CommandNames.ShouldBe("ReceiveMessage PersistMessage");
    }

    [Fact]
    public async Task A_retry_goes_on_where_the_attempt_failed()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        await AnswerAsync(job);
        await job.HandleAsync<Fault<PersistMessage>>(new FaultOf<PersistMessage>(
            new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Completed }, "System.Exception"));
        await PersistedAsync(job, JobOutcome.Failed, JobFailures.AnswerNotStored.Code);
        await NotifiedAsync(job);
        job.Saga!.CurrentState.ShouldBe("Failed");

        var retry = new RetryChatJob { JobId = job.JobId, EndedAttempt = 1, Job = job.Submit() };
        await job.HandleAsync(retry);
        await job.HandleAsync(retry);

        job.Saga.CurrentState.ShouldBe("Persisting");
        job.Saga.Attempt.ShouldBe(2);
        job.Saga.FailureCode.ShouldBeNull();
        job.Commands.OfType<InvokeLlm>().Count().ShouldBe(1);
        job.Commands.OfType<PersistMessage>().Last().ShouldBe(new PersistMessage { JobId = job.JobId, Attempt = 2, Outcome = JobOutcome.Completed });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_that_comes_before_the_listeners_are_told_begins_after_that(bool beforeTheSagaKnows)
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        await CancelAsync(job);
        var retry = new RetryChatJob { JobId = job.JobId, EndedAttempt = 1, Job = job.Submit() };
        if (beforeTheSagaKnows)
            await job.HandleAsync(retry);
        await PersistedAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);
        if (!beforeTheSagaKnows)
            await job.HandleAsync(retry);
        job.Saga!.CurrentState.ShouldBe("Notifying");

        await NotifiedAsync(job);

        job.Saga.CurrentState.ShouldBe("Invoking");
        job.Saga.Attempt.ShouldBe(2);
        job.Commands.OfType<NotifyClient>().ShouldHaveSingleItem().Outcome.ShouldBe(JobOutcome.Cancelled);
        job.Commands.OfType<InvokeLlm>().Last().Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task A_retry_of_an_attempt_that_completes_after_all_is_none()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await CancelAsync(job);
        await job.HandleAsync(new RetryChatJob { JobId = job.JobId, EndedAttempt = 1, Job = job.Submit() });
        await PersistedAsync(job, JobOutcome.Completed, failureCode: null);
        await NotifiedAsync(job);

        job.Saga!.CurrentState.ShouldBe("Completed");
        job.Saga.Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_after_the_saga_is_gone_begins_the_next_attempt()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.HandleAsync(new RetryChatJob { JobId = job.JobId, EndedAttempt = 3, Job = job.Submit() });

        job.Saga!.CurrentState.ShouldBe("Invoking");
        job.Saga.Attempt.ShouldBe(4);
        job.Saga.UserId.ShouldBe("ada");
    }
}
