using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Processor.Usage;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Processor.Persisting;

/// <summary>Stores how an attempt ended: the answer, then the outcome, so that a completed job always has its answer. One
/// outcome for each attempt: where there is one already, whatever it is, the saga is told that.</summary>
internal sealed partial class PersistMessageConsumer(
    IJobStore jobs,
    IChatStore chats,
    IEventLog events,
    IUsageStore usages,
    AttemptEnds ends,
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
            await ends.AddAsync(job, message.Attempt, usage: null, cancellationToken);
            return;
        }

        // The outcome of this very attempt is written last: where it is there, all is done but, perhaps, freeing its place and telling the saga.
        var (recorded, kept) = job.Outcome is { } known && known.Attempt == message.Attempt
            ? (known, await events.GetAnswerAsync(job.JobId, cancellationToken))
            : await RecordAsync(job, message, cancellationToken);
        var isOwnAnswer = kept is null || kept.Attempt == message.Attempt;
        await Task.WhenAll(
            ends.AddAsync(job, message.Attempt, isOwnAnswer ? recorded.Usage : null, cancellationToken),
            context.Publish(
                new MessagePersisted
                {
                    JobId = message.JobId,
                    Attempt = message.Attempt,
                    Outcome = recorded.Outcome,
                    FailureCode = recorded.FailureCode,
                    Timestamp = time.GetUtcNow(),
                },
                cancellationToken));
    }

    private async Task<(JobOutcomeRecord Recorded, KeptAnswer? Kept)> RecordAsync(JobRecord job, PersistMessage message, CancellationToken cancellationToken)
    {
        var isCompleted = message.Outcome == JobOutcome.Completed;
        if (!isCompleted)
        {
            // No run can write any more when this returns, nor keep an answer.
            await events.StopAsync(job.JobId, message.Attempt, cancellationToken);
        }

        var kept = await events.GetAnswerAsync(job.JobId, cancellationToken);
        var outcome = isCompleted
            ? Completed(message, await StoreAnswerAsync(job, message, kept, cancellationToken))
            : await WithoutAnswerAsync(job, message, kept, cancellationToken);
        var recorded = await jobs.RecordOutcomeAsync(job.JobId, outcome, cancellationToken)
            ?? throw new JobNotFoundException(job.JobId, nameof(PersistMessage));
        Log.Recorded(logger, job.JobId, recorded.Attempt, recorded.Outcome, recorded.FailureCode);
        return (recorded, kept);
    }

    private async Task<MessageRecord> StoreAnswerAsync(JobRecord job, PersistMessage message, KeptAnswer? kept, CancellationToken cancellationToken)
    {
        // An earlier delivery may have stored it, and Redis lost what it kept since.
        var answer = (kept is null ? await StoredAnswerAsync(job, cancellationToken) : AssistantMessage(job, kept))
            ?? throw new AnswerMissingException(job.JobId, message.Attempt);
        await Task.WhenAll(
            kept is null ? Task.CompletedTask : chats.AddMessageAsync(answer, message.Attempt, cancellationToken),
            AddUsageAsync(job, answer, kept?.Attempt ?? message.Attempt, cancellationToken));
        return answer;
    }

    /// <summary>An answer that was stored whole before counts, though the job was to end without: its outcome alone was lost.</summary>
    private async Task<JobOutcomeRecord> WithoutAnswerAsync(JobRecord job, PersistMessage message, KeptAnswer? kept, CancellationToken cancellationToken)
    {
        if (await StoredAnswerAsync(job, cancellationToken) is { } answer)
        {
            await AddUsageAsync(job, answer, kept?.Attempt ?? message.Attempt, cancellationToken);
            return Completed(message, answer);
        }

        if (message.Outcome == JobOutcome.Cancelled && await events.ReadPartialAsync(job.JobId, cancellationToken) is { Length: > 0 } said)
        {
            await chats.AddMessageAsync(PartialMessage(job, message.Attempt, said), message.Attempt, cancellationToken);
        }

        // An answer that was made, and is not to be stored, was paid for.
        if (kept is not null)
        {
            await AddUsageAsync(job, AssistantMessage(job, kept), kept.Attempt, cancellationToken);
        }

        var used = kept?.Attempt == message.Attempt ? kept : null;
        return new()
        {
            Outcome = message.Outcome,
            Attempt = message.Attempt,
            EndedAt = time.GetUtcNow(),
            FailureCode = message.FailureCode,
            Model = used?.Model,
            Usage = used?.Usage,
            Cost = used?.Cost,
        };
    }

    /// <summary>An answer is used once, however often it is told: when it was given is in its key.</summary>
    private Task AddUsageAsync(JobRecord job, MessageRecord answer, int attempt, CancellationToken cancellationToken) =>
        answer is not { Usage: { } usage, Model: { } model }
            ? Task.CompletedTask
            : usages.AddAsync(
                new UsageRecord
                {
                    UserId = job.UserId,
                    JobId = job.JobId,
                    ChatId = job.ChatId,
                    Attempt = attempt,
                    At = answer.CreatedAt,
                    Model = model,
                    Usage = usage,
                    Cost = answer.Cost,
                },
                cancellationToken);

    private async Task<MessageRecord?> StoredAnswerAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var stored = await chats.GetMessageAsync(job.ChatId, MessageSequence.OfAssistant(job.Turn), cancellationToken);
        return stored?.JobId == job.JobId && stored.PartialOf is null ? stored : null;
    }

    private static MessageRecord AssistantMessage(JobRecord job, KeptAnswer answer) => new()
    {
        ChatId = job.ChatId,
        Sequence = MessageSequence.OfAssistant(job.Turn),
        Parent = job.UserSequence,
        MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.Assistant),
        JobId = job.JobId,
        Role = MessageRoles.Assistant,
        Content = answer.Text,
        CreatedAt = answer.CompletedAt,
        Model = answer.Model,
        Provider = answer.Provider,
        Usage = answer.Usage,
        Cost = answer.Cost,
        FinishReason = answer.FinishReason,
    };

    private MessageRecord PartialMessage(JobRecord job, int attempt, string text) => new()
    {
        ChatId = job.ChatId,
        Sequence = MessageSequence.OfAssistant(job.Turn),
        Parent = job.UserSequence,
        MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.Assistant),
        JobId = job.JobId,
        Role = MessageRoles.Assistant,
        Content = text,
        CreatedAt = time.GetUtcNow(),
        Model = job.Model,
        FinishReason = JobFailures.Cancelled.Code,
        PartialOf = attempt,
    };

    private JobOutcomeRecord Completed(PersistMessage message, MessageRecord answer) => new()
    {
        Outcome = JobOutcome.Completed,
        Attempt = message.Attempt,
        EndedAt = time.GetUtcNow(),
        Model = answer.Model,
        Provider = answer.Provider,
        Usage = answer.Usage,
        Cost = answer.Cost,
    };

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Information, "Job {JobId}, attempt {Attempt}: ended as {Outcome}, failure {FailureCode}.")]
        public static partial void Recorded(ILogger logger, Guid jobId, int attempt, JobOutcome outcome, string? failureCode);

        [LoggerMessage(3202, LogLevel.Information, "Job {JobId}: dropped PersistMessage of attempt {Attempt}, attempt {Newer} has ended already.")]
        public static partial void DroppedAsOld(ILogger logger, Guid jobId, int attempt, int newer);
    }
}
