using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Api.Jobs;

/// <summary>Puts a job's state together: the row says whose it is and how it ended, the saga how far it is.</summary>
internal sealed class JobStatusReader(IJobStore jobs, ILoadSagaRepository<ChatJobSaga> sagas)
{
    /// <returns>Null where the job is not there, or not this user's.</returns>
    public async Task<JobStatus?> GetAsync(string userId, Guid jobId, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(jobId, cancellationToken);
        if (job is null || job.UserId != userId)
            return null;

        var saga = await sagas.Load(jobId);

        // The row's outcome is final for its attempt: the saga may be a step behind, or be gone.
        var outcome = job.Outcome is { } ended && ended.Attempt >= (saga?.Attempt ?? 0) ? ended : null;
        var failureCode = outcome is null ? saga?.FailureCode : outcome.FailureCode;
        return new JobStatus
        {
            JobId = job.JobId,
            ChatId = job.ChatId,
            MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.User),
            Status = outcome is not null ? JobStatuses.Of(outcome.Outcome) : saga is not null ? JobStatuses.Of(saga) : JobStatuses.Accepted,
            Attempt = outcome?.Attempt ?? saga?.Attempt ?? 0,
            Model = outcome?.Model ?? saga?.Model ?? job.Model,
            Timings = new JobTimings
            {
                AcceptedAt = job.AcceptedAt,
                StartedAt = saga?.StartedAt,
                MessageReceivedAt = saga?.MessageReceivedAt,
                LlmCompletedAt = saga?.LlmCompletedAt,
                PersistedAt = saga?.PersistedAt,
                EndedAt = saga?.EndedAt ?? outcome?.EndedAt,
            },
            Usage = outcome?.Usage ?? saga?.Usage,
            Error = failureCode is null ? null : JobFailures.FromCode(failureCode),
            Links = JobLinks.Of(job),
        };
    }
}
