using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Processor.Persisting;

/// <summary>Stores how an attempt ended: the answer, then the outcome, so that a completed job always has its answer.</summary>
internal sealed partial class PersistMessageConsumer(
    IJobStore jobs,
    IChatStore chats,
    IEventLog events,
    TimeProvider time,
    ILogger<PersistMessageConsumer> logger) : IConsumer<PersistMessage>
{
    public async Task Consume(ConsumeContext<PersistMessage> context)
    {
        var (message, cancellationToken) = (context.Message, context.CancellationToken);
        var job = await jobs.GetAsync(message.JobId, cancellationToken)
            ?? throw new JobNotFoundException(message.JobId, nameof(PersistMessage));

        if (job.Outcome is { } outcome && outcome.Attempt > message.Attempt)
        {
            Log.DroppedAsOld(logger, job.JobId, message.Attempt, outcome.Attempt);
            return;
        }

        // The outcome of this very attempt is written last: where it is there, all is done but, perhaps, telling the saga.
        if (job.Outcome is null || job.Outcome.Attempt < message.Attempt)
        {
            var stored = message.Outcome == JobOutcome.Completed ? await StoreAnswerAsync(job, message, cancellationToken) : null;
            await jobs.RecordOutcomeAsync(job.JobId, OutcomeOf(message, stored), cancellationToken);
            Log.Recorded(logger, job.JobId, message.Attempt, message.Outcome, message.FailureCode);
        }

        await context.Publish(new MessagePersisted
        {
            JobId = message.JobId,
            Attempt = message.Attempt,
            Timestamp = time.GetUtcNow(),
        }, cancellationToken);
    }

    private async Task<MessageRecord> StoreAnswerAsync(JobRecord job, PersistMessage message, CancellationToken cancellationToken)
    {
        if (await events.GetAnswerAsync(job.JobId, cancellationToken) is { } kept)
        {
            var answer = AssistantMessage(job, kept);
            await chats.AddMessageAsync(answer, cancellationToken);
            return answer;
        }

        // An earlier delivery may have stored it, and Redis lost what it kept since.
        var stored = await chats.GetMessageAsync(job.ChatId, MessageSequence.OfAssistant(job.Turn), cancellationToken);
        return stored?.JobId == job.JobId ? stored : throw new AnswerMissingException(job.JobId, message.Attempt);
    }

    private static MessageRecord AssistantMessage(JobRecord job, KeptAnswer answer) => new()
    {
        ChatId = job.ChatId,
        Sequence = MessageSequence.OfAssistant(job.Turn),
        MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.Assistant),
        JobId = job.JobId,
        Role = MessageRoles.Assistant,
        Content = answer.Text,
        CreatedAt = answer.CompletedAt,
        Model = answer.Model,
        Usage = answer.Usage,
        FinishReason = answer.FinishReason,
    };

    private JobOutcomeRecord OutcomeOf(PersistMessage message, MessageRecord? answer) => new()
    {
        Outcome = message.Outcome,
        Attempt = message.Attempt,
        EndedAt = time.GetUtcNow(),
        FailureCode = message.FailureCode,
        Model = answer?.Model,
        Usage = answer?.Usage,
    };

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Information, "Job {JobId}, attempt {Attempt}: ended as {Outcome}, failure {FailureCode}.")]
        public static partial void Recorded(ILogger logger, Guid jobId, int attempt, JobOutcome outcome, string? failureCode);

        [LoggerMessage(3202, LogLevel.Information, "Job {JobId}: dropped PersistMessage of attempt {Attempt}, attempt {Newer} has ended already.")]
        public static partial void DroppedAsOld(ILogger logger, Guid jobId, int attempt, int newer);
    }
}
