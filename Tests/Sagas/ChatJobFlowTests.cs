using CloudIa.Contracts;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas;

public sealed class ChatJobFlowTests
{
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
        var notified = new ClientNotified { JobId = job.JobId, Attempt = 1, SessionConnections = 2, Timestamp = job.Time.GetUtcNow() };
        await job.HandleAsync(notified);
        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm PersistMessage NotifyClient");

        await job.HandleAsync(job.Submit());
        await RecordAsync(job);
        await AnswerAsync(job);
        await job.HandleAsync(notified);

        job.Saga.CurrentState.ShouldBe("Completed");
        job.Saga.EndedAt.ShouldBe(notified.Timestamp);
        job.CommandNames.ShouldBe("ReceiveMessage InvokeLlm PersistMessage NotifyClient");
    }

    [Theory]
    [InlineData("CloudIa.Processor.Llm.ModelRefusedException", "model_refused")]
    [InlineData("System.TimeoutException", "model_unavailable")]
    public async Task The_client_hears_why_the_model_gave_no_answer(string exceptionType, string code)
    {
        await using var job = await ChatJobDriver.StartAsync();
        await job.SubmitAsync();
        await job.HandleAsync<Fault<InvokeLlm>>(new FaultOf<InvokeLlm>(new InvokeLlm { JobId = job.JobId, Attempt = 1 }, exceptionType));

        job.Saga!.CurrentState.ShouldBe("Failed");
        job.Saga.FailureCode.ShouldBe(code);
        job.Saga.EndedAt.ShouldBe(job.Time.GetUtcNow());
        var notify = job.Commands.OfType<NotifyClient>().ShouldHaveSingleItem();
        notify.Outcome.ShouldBe(JobOutcome.Failed);
        notify.FailureCode.ShouldBe(code);
        notify.UserId.ShouldBe("ada");
        notify.SessionId.ShouldBe("session");
        job.Commands.OfType<PersistMessage>().ShouldBe([
            new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Failed, FailureCode = code },
        ]);
    }

    [Fact]
    public async Task A_failure_that_could_not_be_recorded_does_not_circle()
    {
        await using var job = await ChatJobDriver.StartAsync();
        job.Given("Failed", saga => saga.FailureCode = JobFailures.ModelUnavailable.Code);

        await job.HandleAsync<Fault<PersistMessage>>(new FaultOf<PersistMessage>(
            new PersistMessage { JobId = job.JobId, Attempt = 1, Outcome = JobOutcome.Failed, FailureCode = JobFailures.ModelUnavailable.Code }, "System.Exception"));

        job.Commands.ShouldBeEmpty();
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

    private static Task RecordAsync(ChatJobDriver job) =>
        job.HandleAsync(new MessageReceived { JobId = job.JobId, Attempt = 1, Timestamp = job.Time.GetUtcNow() });

    private static Task AnswerAsync(ChatJobDriver job) => job.HandleAsync(new LlmCompleted
    {
        JobId = job.JobId,
        Attempt = 1,
        Model = "answered-by",
        Usage = new TokenUsage { InputTokens = 3, OutputTokens = 5 },
        Timestamp = job.Time.GetUtcNow(),
    });
}
