using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Store;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Persisting;

public sealed class PersistMessageConsumerTests
{
    private static readonly KeptAnswer Answer = new()
    {
        Attempt = 1,
        Text = "Rayleigh scattering.",
        Model = "m-1",
        Usage = new TokenUsage { InputTokens = 11, OutputTokens = 7 },
        FinishReason = "stop",
        CompletedAt = new DateTimeOffset(2026, 1, 2, 3, 5, 0, TimeSpan.Zero),
    };

    [Fact]
    public async Task The_answer_is_stored_before_the_outcome_and_then_told()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job);

        await processor.PersistAsync(job, JobOutcome.Completed);

        var told = await processor.Bus.PublishesAsync<MessagePersisted>();
        told.JobId.ShouldBe(job.JobId);
        told.Attempt.ShouldBe(1);
        processor.Chats.Of(job.ChatId).ShouldHaveSingleItem().ShouldBe(new MessageRecord
        {
            ChatId = job.ChatId,
            Sequence = 2,
            MessageId = DerivedId.OfMessage(job.JobId, "assistant"),
            JobId = job.JobId,
            Role = "assistant",
            Content = Answer.Text,
            CreatedAt = Answer.CompletedAt,
            Model = "m-1",
            Usage = Answer.Usage,
            FinishReason = "stop",
        });
        var outcome = processor.Jobs[job.JobId].Outcome.ShouldNotBeNull();
        outcome.Outcome.ShouldBe(JobOutcome.Completed);
        outcome.Attempt.ShouldBe(1);
        outcome.Model.ShouldBe("m-1");
        outcome.Usage.ShouldBe(Answer.Usage);
        outcome.FailureCode.ShouldBeNull();
    }

    [Fact]
    public async Task A_failure_is_recorded_without_a_message()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await processor.PersistAsync(job, JobOutcome.Failed, JobFailures.ModelRefused.Code, attempt: 2);

        (await processor.Bus.PublishesAsync<MessagePersisted>()).Attempt.ShouldBe(2);
        processor.Chats.Of(job.ChatId).ShouldBeEmpty();
        var outcome = processor.Jobs[job.JobId].Outcome.ShouldNotBeNull();
        outcome.Outcome.ShouldBe(JobOutcome.Failed);
        outcome.FailureCode.ShouldBe("model_refused");
    }

    [Fact]
    public async Task A_delivery_that_broke_between_answer_and_outcome_is_finished_by_the_next()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job);
        processor.Jobs.Failures.Enqueue(new IOException("away"));

        await processor.PersistAsync(job, JobOutcome.Completed);

        await processor.Bus.PublishesAsync<MessagePersisted>();
        processor.Chats.Of(job.ChatId).Count.ShouldBe(1);
        processor.Jobs[job.JobId].Outcome.ShouldNotBeNull();
    }

    [Fact]
    public async Task An_answer_that_Redis_has_lost_since_it_was_stored_is_taken_from_the_store()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job);
        await processor.PersistAsync(job, JobOutcome.Completed);
        await processor.Bus.PublishesAsync<MessagePersisted>();
        processor.Events.Forget(job.JobId);
        processor.Jobs[job.JobId] = job;

        await processor.PersistAsync(job, JobOutcome.Completed);

        await processor.Bus.ReachesAsync(() => processor.Bus.Published<MessagePersisted>().Count == 2, "two MessagePersisted");
        processor.Jobs[job.JobId].Outcome.ShouldNotBeNull().Model.ShouldBe("m-1");
    }

    [Fact]
    public async Task An_answer_that_is_nowhere_faults_and_records_nothing()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await processor.PersistAsync(job, JobOutcome.Completed);

        var fault = await processor.Bus.PublishesAsync<Fault<PersistMessage>>();
        await processor.Bus.ReceivesAsync(1);

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.AnswerMissingException");
        processor.Bus.Received.ShouldBe(1);
        processor.Jobs[job.JobId].Outcome.ShouldBeNull();
        processor.Chats.Of(job.ChatId).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_delivery_changes_nothing_and_tells_again()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job);
        await processor.PersistAsync(job, JobOutcome.Completed);
        await processor.Bus.PublishesAsync<MessagePersisted>();
        var outcome = processor.Jobs[job.JobId].Outcome;

        await processor.PersistAsync(job, JobOutcome.Completed);

        await processor.Bus.ReachesAsync(() => processor.Bus.Published<MessagePersisted>().Count == 2, "two MessagePersisted");
        processor.Chats.Of(job.ChatId).Count.ShouldBe(1);
        processor.Jobs[job.JobId].Outcome.ShouldBeSameAs(outcome);
    }

    [Fact]
    public async Task An_old_dead_letter_stores_no_answer_for_a_job_that_failed_later()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job);
        await processor.PersistAsync(job, JobOutcome.Failed, JobFailures.AnswerNotStored.Code, attempt: 2);
        await processor.Bus.PublishesAsync<MessagePersisted>();

        await processor.PersistAsync(job, JobOutcome.Completed, attempt: 1);

        await processor.Bus.ReceivesAsync(2);
        processor.Chats.Of(job.ChatId).ShouldBeEmpty();
        processor.Bus.Published<MessagePersisted>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_without_a_row_faults_at_once()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        await processor.SendAsync(ChatJobQueues.PersistMessage,
            new PersistMessage { JobId = NewId.NextGuid(), Attempt = 1, Outcome = JobOutcome.Failed });

        var fault = await processor.Bus.PublishesAsync<Fault<PersistMessage>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.JobNotFoundException");
    }

    private static async Task KeepAsync(ProcessorDriver processor, JobRecord job)
    {
        var started = new JobStarted { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = job.AcceptedAt };
        var began = await processor.Events.BeginRunAsync(job.UserId, started, TimeSpan.FromMinutes(1), CancellationToken.None);
        (await processor.Events.KeepAnswerAsync(began.Run.ShouldNotBeNull(), Answer, CancellationToken.None)).ShouldBeTrue();
    }
}
