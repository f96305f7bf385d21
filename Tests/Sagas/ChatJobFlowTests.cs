using CloudIa.Contracts;
using MassTransit;
using Shouldly;
using Xunit;
using static CloudIa.Tests.Sagas.ChatJobSteps;

namespace CloudIa.Tests.Sagas;

public sealed class ChatJobFlowTests
{
    private const string MissingJob = "CloudIa.Processor.JobNotFoundException";

    [Fact]
    public async Task A_submitted_job_asks_for_its_record_and_its_answer_at_once()
    {
        await using var job = await ChatJobDriver.StartAsync();
        var submit = job.Submit();
        await job.HandleAsync(submit);

        job.Saga.ShouldNotBeNull();
        job.Saga.CurrentState.ShouldBe("Invoking");
        job.Saga.UserId.ShouldBe("ada");
        job.Saga.ChatId.ShouldBe(submit.ChatId);
        job.Saga.Attempt.ShouldBe(1);
        job.Saga.AcceptedAt.ShouldBe(submit.AcceptedAt);
        job.Saga.StartedAt.ShouldBe(job.Time.GetUtcNow());
        job.Commands.ShouldBe([
            new ReceiveMessage { JobId = job.JobId, Attempt = 1 },
            new InvokeLlm { JobId = job.JobId, Attempt = 1, Model = "asked-for" },
        ]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Record_and_answer_together_lead_to_the_store_whichever_comes_first(bool recordFirst)
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();

        await (recordFirst ? RecordAsync(job) : AnswerAsync(job));
        job.Saga!.CurrentState.ShouldBe("Invoking");
        await (recordFirst ? AnswerAsync(job) : RecordAsync(job));

        job.Saga.CurrentState.ShouldBe("Persisting");
        job.Saga.Model.ShouldBe("answered-by");
        job.Saga.Usage.ShouldBe(new TokenUsage { InputTokens = 3, OutputTokens = 5 });
        job.Commands.OfType<PersistMessage>().ShouldBe([new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Completed }]);
    }

    [Fact]
    public async Task A_job_goes_its_whole_way_and_duplicates_change_nothing()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        await AnswerAsync(job);
        await job.HandleAsync(new MessagePersisted { JobId = job.JobId, Attempt = 1, Timestamp = job.Time.GetUtcNow() });
        job.Saga!.CurrentState.ShouldBe("Notifying");
        var notified = new ClientNotified { JobId = job.JobId, Attempt = 1, SessionConnections = 2, Connections = 3, Timestamp = job.Time.GetUtcNow() };
        await job.HandleAsync(notified);
        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm PersistMessage NotifyClient");

        await job.HandleAsync(job.Submit());
        await RecordAsync(job);
        await AnswerAsync(job);
        await job.HandleAsync(notified);

        job.Saga.CurrentState.ShouldBe("Completed");
        job.Saga.EndedAt.ShouldBe(notified.Timestamp);
        (job.Saga.ToldConnections, job.Saga.ToldSessionConnections).ShouldBe((3, 2));
        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm PersistMessage NotifyClient");
    }

    [Theory]
    [InlineData("CloudIa.Processor.Llm.ModelRefusedException", "model_refused")]
    [InlineData("CloudIa.Processor.ModelCircuitOpenException", "circuit_open")]
    [InlineData("CloudIa.Processor.ModelUnavailableException", "model_unavailable")]
    [InlineData("System.TimeoutException", "model_unavailable")]
    public async Task The_client_hears_why_the_model_gave_no_answer(string exceptionType, string code)
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync<Fault<InvokeLlm>>(new FaultOf<InvokeLlm>(new InvokeLlm { JobId = job.JobId, Attempt = 1 }, exceptionType));

        job.Saga!.CurrentState.ShouldBe("Persisting");
        job.Saga.FailureCode.ShouldBe(code);
        job.Commands.OfType<PersistMessage>().ShouldBe([
            new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Failed, FailureCode = code },
        ]);

        await PersistedAsync(job, JobOutcome.Failed, code);
        var notify = job.Commands.OfType<NotifyClient>().ShouldHaveSingleItem();
        notify.Outcome.ShouldBe(JobOutcome.Failed);
        notify.FailureCode.ShouldBe(code);
        notify.UserId.ShouldBe("ada");
        notify.SessionId.ShouldBe("session");

        await NotifiedAsync(job);
        job.Saga.CurrentState.ShouldBe("Failed");
        job.Saga.EndedAt.ShouldBe(job.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_command_to_the_model_that_nobody_could_work_on_is_not_told_as_the_models_failure()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync(new FailJobStep { JobId = job.JobId, Attempt = 1, Queue = ChatJobQueues.InvokeLlm });

        job.Saga!.CurrentState.ShouldBe("Persisting");
        job.Saga.FailureCode.ShouldBe("answer_not_made");
        var failure = JobFailures.FromCode(job.Saga.FailureCode!);
        (failure.Retryable, failure.Message.Contains("model", StringComparison.Ordinal)).ShouldBe((true, false));
    }

    [Fact]
    public async Task A_failure_that_could_not_be_recorded_is_sent_again_later_and_not_at_once()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync<Fault<InvokeLlm>>(new FaultOf<InvokeLlm>(new InvokeLlm { JobId = job.JobId, Attempt = 1 }, "System.TimeoutException"));
        await job.HandleAsync<Fault<PersistMessage>>(new FaultOf<PersistMessage>(
            new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Failed, FailureCode = JobFailures.ModelUnavailable.Code }, "System.Exception"));

        job.Saga!.CurrentState.ShouldBe("Persisting");
        job.Commands.OfType<PersistMessage>().Count().ShouldBe(1);
        for (var again = 1; again <= 3; again++)
        {
            var deadline = job.Saga.Deadline;
            await OverdueAsync(job);
            job.Commands.OfType<PersistMessage>().Count().ShouldBe(1 + again);
            job.Saga.Deadline.ShouldNotBe(deadline);
        }
    }

    [Fact]
    public async Task What_the_row_says_counts_whatever_the_job_was_to_end_as()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync<Fault<InvokeLlm>>(new FaultOf<InvokeLlm>(new InvokeLlm { JobId = job.JobId, Attempt = 1 }, "System.TimeoutException"));

        await PersistedAsync(job, JobOutcome.Completed, failureCode: null);
        job.Commands.OfType<NotifyClient>().ShouldHaveSingleItem().Outcome.ShouldBe(JobOutcome.Completed);
        await NotifiedAsync(job);

        job.Saga!.CurrentState.ShouldBe("Completed");
        job.Saga.FailureCode.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_that_is_lost_before_it_is_stored_is_asked_for_again_but_not_for_ever()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        for (var lost = 0; lost < 3; lost++)
        {
            await AnswerAsync(job);
            job.Saga!.CurrentState.ShouldBe("Persisting");
            await job.HandleAsync<Fault<PersistMessage>>(new FaultOf<PersistMessage>(
                new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Completed }, "CloudIa.Processor.AnswerMissingException"));
        }

        job.Commands.OfType<InvokeLlm>().Count().ShouldBe(3);
        job.Commands.OfType<PersistMessage>().Last().Outcome.ShouldBe(JobOutcome.Failed);
        job.Saga!.FailureCode.ShouldBe(JobFailures.AnswerNotStored.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_without_a_row_ends_and_holds_up_no_other(bool byDeadLetter)
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        await AnswerAsync(job);
        var next = Guid.CreateVersion7();
        job.Turns.Waiting = [next];

        if (byDeadLetter)
        {
            await job.HandleAsync(new FailJobStep { JobId = job.JobId, Attempt = 1, Queue = ChatJobQueues.PersistMessage, ExceptionType = MissingJob });
        }
        else
        {
            await job.HandleAsync<Fault<PersistMessage>>(new FaultOf<PersistMessage>(
                new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Completed }, MissingJob));
        }

        (job.Saga!.CurrentState, job.Saga.FailureCode).ShouldBe(("Failed", JobFailures.AnswerNotStored.Code));
        job.Commands.OfType<PersistMessage>().ShouldHaveSingleItem("there is nothing to store it in");
        job.Commands.OfType<StartNextTurn>().ShouldHaveSingleItem().JobId.ShouldBe(next);
        job.Deadlines[job.JobId].ShouldBeNull();
    }

    [Fact]
    public async Task A_job_expires_when_its_time_is_over_and_not_before()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        for (var asked = 2; job.Saga!.Deadline < job.Saga.ExpiresAt; asked++)
        {
            await OverdueAsync(job);
            job.Commands.OfType<InvokeLlm>().Count().ShouldBe(asked);
        }

        await OverdueAsync(job);
        job.Commands.OfType<PersistMessage>().ShouldHaveSingleItem().Outcome.ShouldBe(JobOutcome.Expired);
        await PersistedAsync(job, JobOutcome.Expired, JobFailures.Expired.Code);
        await NotifiedAsync(job);

        job.Saga.CurrentState.ShouldBe("Expired");
        job.Saga.FailureCode.ShouldBe("expired");
    }

    [Fact]
    public async Task A_deadline_that_was_moved_is_not_over()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        var before = job.Saga!.Deadline;
        await OverdueAsync(job);
        var commands = job.CommandNames;

        await job.HandleAsync(new CheckOverdueJob { JobId = job.JobId, Deadline = before });

        job.CommandNames.ShouldBe(commands);
    }

    [Fact]
    public async Task An_old_dead_letter_of_a_job_that_ended_long_ago_tells_nobody()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync(new JobFoundEnded
        {
            JobId = job.JobId,
            Attempt = 1,
            Outcome = JobOutcome.Completed,
            EndedAt = job.Time.GetUtcNow() - TimeSpan.FromHours(2),
        });

        job.Saga!.CurrentState.ShouldBe("Completed");
        job.Commands.OfType<NotifyClient>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_saga_that_was_begun_again_by_an_old_attempt_becomes_that_of_the_last()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync(new JobFoundEnded { JobId = job.JobId, Attempt = 1, OutcomeAttempt = 2, Outcome = JobOutcome.Completed, EndedAt = job.Time.GetUtcNow() });

        job.Saga!.Attempt.ShouldBe(2);
        job.Commands.OfType<NotifyClient>().ShouldHaveSingleItem().Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Telling_the_client_is_given_up_but_the_job_is_not()
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Given("Notifying");
        for (var again = 0; again < 3; again++)
            await OverdueAsync(job);
        job.Saga!.CurrentState.ShouldBe("Notifying");

        await OverdueAsync(job);

        job.Saga.CurrentState.ShouldBe("Completed");
        job.Saga.Undelivered.ShouldBeTrue();
        job.Commands.OfType<NotifyClient>().Count().ShouldBe(3);
    }

    [Fact]
    public async Task An_event_that_became_a_dead_letter_makes_the_saga_ask_again()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);

        await job.HandleAsync(new FailJobStep { JobId = job.JobId, Attempt = 1, Queue = ChatJobQueues.ChatJob });

        job.Saga!.CurrentState.ShouldBe("Invoking");
        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm InvokeLlm");
    }

    [Fact]
    public async Task A_stored_answer_that_could_not_be_announced_completes_the_job_as_undelivered()
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Given("Notifying");

        await job.HandleAsync<Fault<NotifyClient>>(new FaultOf<NotifyClient>(
            new NotifyClient { JobId = job.JobId, Attempt = 1, UserId = "ada", ChatId = job.JobId, Outcome = JobOutcome.Completed }, "System.Exception"));

        job.Saga!.CurrentState.ShouldBe("Completed");
        job.Saga.Undelivered.ShouldBeTrue();
        job.Saga.EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_repeated_submit_asks_again_only_for_what_is_missing()
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await RecordAsync(job);
        await job.SubmitAsync();

        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm InvokeLlm");
    }
}
