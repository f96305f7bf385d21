using CloudIa.Contracts;

namespace CloudIa.Tests.Sagas;

/// <summary>What the other services, the user and the sweeper tell a saga.</summary>
internal static class ChatJobSteps
{
    public static Task OverdueAsync(ChatJobDriver job)
    {
        if (job.Saga!.Deadline is { } deadline && deadline > job.Time.GetUtcNow())
            job.Time.SetUtcNow(deadline);
        return job.HandleAsync(new CheckOverdueJob { JobId = job.JobId, Deadline = job.Saga.Deadline });
    }

    public static Task CancelAsync(ChatJobDriver job) => job.HandleAsync(new CancelChatJob { JobId = job.JobId, Job = job.Submit() });

    public static Task PersistedAsync(ChatJobDriver job, JobOutcome outcome, string? failureCode) => job.HandleAsync(new MessagePersisted
    {
        JobId = job.JobId,
        Attempt = job.Saga!.Attempt,
        Outcome = outcome,
        FailureCode = failureCode,
        Timestamp = job.Time.GetUtcNow(),
    });

    public static Task NotifiedAsync(ChatJobDriver job) => job.HandleAsync(new ClientNotified
    {
        JobId = job.JobId,
        Attempt = job.Saga!.Attempt,
        SessionConnections = 1,
        Timestamp = job.Time.GetUtcNow(),
    });

    public static Task RecordAsync(ChatJobDriver job) =>
        job.HandleAsync(new MessageReceived { JobId = job.JobId, Attempt = 1, Timestamp = job.Time.GetUtcNow() });

    public static Task AnswerAsync(ChatJobDriver job) => job.HandleAsync(new LlmCompleted
    {
        JobId = job.JobId,
        Attempt = 1,
        Model = "answered-by",
        Usage = new TokenUsage { InputTokens = 3, OutputTokens = 5 },
        Timestamp = job.Time.GetUtcNow(),
    });
}
