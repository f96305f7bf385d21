using CloudIa.Contracts;
using CloudIa.Store;

namespace CloudIa.Sagas;

/// <summary>The saga's own commands, built from the job's row.</summary>
public static class JobCommands
{
    /// <param name="job">The row.</param>
    /// <param name="after">The job to wait for; null where it has ended, or there is none.</param>
    public static SubmitChatJob ToSubmitCommand(this JobRecord job, Guid? after)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new()
        {
            JobId = job.JobId,
            UserId = job.UserId,
            ChatId = job.ChatId,
            SessionId = job.SessionId,
            Model = job.Model,
            AcceptedAt = job.AcceptedAt,
            AfterJobId = after,
            Turn = job.Turn,
            Attempt = NextAttempt(job),
        };
    }

    /// <param name="asExpired">See <see cref="CancelChatJob.AsExpired"/>.</param>
    public static CancelChatJob ToCancelCommand(this JobRecord job, bool asExpired = false)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new() { JobId = job.JobId, Job = job.ToSubmitCommand(after: null), AsExpired = asExpired };
    }

    /// <param name="job">With an outcome.</param>
    public static RetryChatJob ToRetryCommand(this JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var ended = job.Outcome ?? throw new ArgumentException("No attempt of this job has ended: there is nothing to retry.", nameof(job));
        return new() { JobId = job.JobId, EndedAttempt = ended.Attempt, Job = job.ToSubmitCommand(after: null) };
    }

    private static int NextAttempt(JobRecord job) => (job.Outcome?.Attempt ?? 0) + 1;
}
