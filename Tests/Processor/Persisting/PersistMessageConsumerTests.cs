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
    public async Task What_was_said_until_a_cancel_is_kept_as_partial()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        var run = await SayAsync(processor, job, "The sky", " is");

        await processor.PersistAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);

        (await processor.Bus.PublishesAsync<MessagePersisted>()).Outcome.ShouldBe(JobOutcome.Cancelled);
        var partial = processor.Chats.Of(job.ChatId).ShouldHaveSingleItem();
        partial.Content.ShouldBe("The sky is");
        partial.PartialOf.ShouldBe(1);
        partial.FinishReason.ShouldBe("cancelled");
        (await processor.Events.RenewAsync(run, CancellationToken.None)).ShouldBeFalse("the run may write no more");
    }

    [Fact]
    public async Task A_cancel_before_the_first_word_leaves_no_message()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();

        await processor.PersistAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);

        await processor.Bus.PublishesAsync<MessagePersisted>();
        processor.Chats.Of(job.ChatId).ShouldBeEmpty();
        processor.Jobs[job.JobId].Outcome!.Outcome.ShouldBe(JobOutcome.Cancelled);
    }

    [Fact]
    public async Task A_failure_keeps_nothing_of_what_was_said()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await SayAsync(processor, job, "The sky");

        await processor.PersistAsync(job, JobOutcome.Failed, JobFailures.ModelUnavailable.Code);

        await processor.Bus.PublishesAsync<MessagePersisted>();
        processor.Chats.Of(job.ChatId).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(JobOutcome.Failed)]
    [InlineData(JobOutcome.Expired)]
    [InlineData(JobOutcome.Cancelled)]
    public async Task An_answer_that_was_stored_whole_completes_the_job_whatever_it_was_to_end_as(JobOutcome asked)
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await KeepAsync(processor, job);
        processor.Jobs.Failures.Enqueue(new IOException("away"));
        processor.Jobs.Failures.Enqueue(new IOException("away"));
        await processor.PersistAsync(job, JobOutcome.Completed);
        await processor.Bus.PublishesAsync<MessagePersisted>();
        processor.Jobs[job.JobId] = job;

        await processor.PersistAsync(job, asked, "late");

        (await processor.Bus.PublishesAsync<MessagePersisted>(2)).Outcome.ShouldBe(JobOutcome.Completed);
        processor.Jobs[job.JobId].Outcome!.Outcome.ShouldBe(JobOutcome.Completed);
        processor.Chats.Of(job.ChatId).ShouldHaveSingleItem().PartialOf.ShouldBeNull();
    }

    [Fact]
    public async Task The_first_outcome_of_an_attempt_is_what_the_saga_is_told()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await processor.PersistAsync(job, JobOutcome.Expired, JobFailures.Expired.Code);
        await processor.Bus.PublishesAsync<MessagePersisted>();

        await processor.PersistAsync(job, JobOutcome.Cancelled, JobFailures.Cancelled.Code);

        var told = await processor.Bus.PublishesAsync<MessagePersisted>(2);
        told.Outcome.ShouldBe(JobOutcome.Expired);
        told.FailureCode.ShouldBe("expired");
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

    private static async Task<LlmRun> SayAsync(ProcessorDriver processor, JobRecord job, params string[] pieces)
    {
        var now = TimeProvider.System.GetUtcNow();
        var began = await processor.Events.BeginRunAsync(
            job.UserId, new JobStarted { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = now }, TimeSpan.FromMinutes(1), CancellationToken.None);
        foreach (var piece in pieces)
        {
            await processor.Events.AppendAsync(
                began.Run!, new MessageDelta { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = now, Content = piece }, CancellationToken.None);
        }

        return began.Run!;
    }

    private static async Task KeepAsync(ProcessorDriver processor, JobRecord job)
    {
        var started = new JobStarted { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = job.AcceptedAt };
        var began = await processor.Events.BeginRunAsync(job.UserId, started, TimeSpan.FromMinutes(1), CancellationToken.None);
        (await processor.Events.KeepAnswerAsync(began.Run.ShouldNotBeNull(), Answer, CancellationToken.None)).ShouldBeTrue();
    }
}
