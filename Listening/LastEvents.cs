using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Store;

namespace CloudIa.Listening;

/// <summary>The last event of an attempt, made from what is kept of its answer.</summary>
internal sealed class LastEvents(IEventLog log, IJobStore jobs, IChatStore chats, TimeProvider time)
{
    /// <summary>The event for a completed attempt: the answer from Redis or, where it is no longer there, from the history. What its user had deleted is as if it had been cancelled.</summary>
    /// <exception cref="AnswerMissingException">The answer is in neither.</exception>
    public async Task<ClientEvent> CompletedAsync(NotifyClient command, CancellationToken cancellationToken)
    {
        if (await log.GetAnswerAsync(command.JobId, cancellationToken) is { } kept)
        {
            return Completed(command.JobId, command.ChatId, command.Attempt, time.GetUtcNow(), kept.Text, kept.Model, kept.Provider, kept.Usage, kept.Cost, kept.FinishReason);
        }

        var job = await jobs.GetAsync(command.JobId, cancellationToken)
            ?? throw new AnswerMissingException(command.JobId, "there is no row of the job");
        if (job.ErasedAt is not null)
            return new JobCancelled { JobId = job.JobId, ChatId = job.ChatId, Attempt = command.Attempt, Timestamp = time.GetUtcNow() };

        return await StoredAsync(job, command.Attempt, time.GetUtcNow(), cancellationToken)
            ?? throw new AnswerMissingException(command.JobId, $"the chat's history has no answer for turn {job.Turn}");
    }

    /// <summary>The event for an attempt that ended without an answer.</summary>
    public ClientEvent WithoutAnswer(NotifyClient command) =>
        WithoutAnswer(command.Outcome, command.JobId, command.ChatId, command.Attempt, time.GetUtcNow(), command.FailureCode);

    /// <summary>The event of a job whose log is gone, from its row. It has no number. Null where the job runs, or its answer was deleted.</summary>
    public async Task<ClientEvent?> FromStoreAsync(JobRecord job, CancellationToken cancellationToken) => job.Outcome switch
    {
        null => null,
        { Outcome: JobOutcome.Completed } done => await StoredAsync(job, done.Attempt, done.EndedAt, cancellationToken),
        var other => WithoutAnswer(other.Outcome, job.JobId, job.ChatId, other.Attempt, other.EndedAt, other.FailureCode),
    };

    private async Task<ClientEvent?> StoredAsync(JobRecord job, int attempt, DateTimeOffset timestamp, CancellationToken cancellationToken)
    {
        var message = await chats.GetMessageAsync(job.ChatId, MessageSequence.OfAssistant(job.Turn), cancellationToken);
        return message is null || message.JobId != job.JobId
            ? null
            : Completed(job.JobId, job.ChatId, attempt, timestamp, message.Content, message.Model, message.Provider, message.Usage, message.Cost, message.FinishReason);
    }

    private static MessageCompleted Completed(Guid jobId, Guid chatId, int attempt, DateTimeOffset timestamp,
        string content, string? model, string? provider, TokenUsage? usage, JobCost? cost, string? finishReason) => new()
        {
            JobId = jobId,
            ChatId = chatId,
            Attempt = attempt,
            Timestamp = timestamp,
            Content = content,
            Metadata = new CompletionMetadata
            {
                MessageId = DerivedId.OfMessage(jobId, MessageRoles.Assistant),
                Model = model ?? Unknown,
                Provider = provider,
                Tokens = usage?.InputTokens + usage?.OutputTokens,
                InputTokens = usage?.InputTokens,
                OutputTokens = usage?.OutputTokens,
                CachedInputTokens = usage?.CachedInputTokens,
                Estimated = usage?.Estimated,
                Cost = cost,
                FinishReason = finishReason ?? Unknown,
            },
        };

    private static ClientEvent WithoutAnswer(JobOutcome outcome, Guid jobId, Guid chatId, int attempt, DateTimeOffset timestamp, string? code)
    {
        if (outcome == JobOutcome.Cancelled)
        {
            return new JobCancelled { JobId = jobId, ChatId = chatId, Attempt = attempt, Timestamp = timestamp };
        }

        var failure = JobFailures.FromCode(code ?? Unknown);
        return new JobError
        {
            JobId = jobId,
            ChatId = chatId,
            Attempt = attempt,
            Timestamp = timestamp,
            Message = failure.Message,
            Details = failure.Code,
            Retryable = failure.Retryable,
        };
    }

    // For rows of a version that did not keep it.
    private const string Unknown = "unknown";
}
