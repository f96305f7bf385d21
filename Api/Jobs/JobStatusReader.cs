using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Api.Jobs;

/// <summary>Puts a job's state together: the row says whose it is and how it ended, the saga how far it is.</summary>
internal sealed class JobStatusReader(IDeliveryStore jobs, ILoadSagaRepository<ChatJobSaga> sagas, IEventLog events)
{
    private const string NoPrice = "no_price";

    /// <returns>Null where the job is not there, or not this user's.</returns>
    public async Task<JobStatus?> GetAsync(string userId, Guid jobId, CancellationToken cancellationToken)
    {
        // The job's row and its webhooks' rows: one request, as the row alone would be.
        if (await jobs.ReadJobAsync(jobId, cancellationToken) is not { } read || read.Job.UserId != userId)
            return null;

        var job = read.Job;

        var saga = await sagas.FindAsync(jobId);

        // The row's outcome is final for its attempt: the saga may be a step behind, or be gone. A row that is open has none for the attempt that counts.
        var outcome = job.IsOpen ? null : job.Outcome is { } ended && ended.Attempt >= (saga?.Attempt ?? 0) ? ended : null;
        var begun = saga is not null && (!job.IsOpen || saga.Attempt > (job.Outcome?.Attempt ?? 0)) ? saga : null;
        var status = outcome is not null ? JobStatuses.Of(outcome.Outcome) : begun is not null ? JobStatuses.Of(begun) : JobStatuses.Accepted;
        var failureCode = outcome is null ? begun?.FailureCode : outcome.FailureCode;
        var attempt = outcome?.Attempt ?? begun?.Attempt ?? job.Outcome?.Attempt ?? 0;
        return new JobStatus
        {
            JobId = job.JobId,
            ChatId = job.ChatId,
            MessageId = job.UserMessageId,
            Status = status,
            Attempt = attempt,
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
            Cost = outcome?.Cost,
            CostUnknown = outcome is { Usage: not null, Cost: null } ? NoPrice : null,
            Error = failureCode is null || status == JobStatuses.Of(JobOutcome.Cancelled) ? null : JobFailures.FromCode(failureCode),
            NextTryAt = status == JobStatuses.Invoking ? await events.GetDelayAsync(jobId, attempt, cancellationToken) : null,
            Delivery = outcome is null ? null : JobDelivery.Of(saga?.Attempt == outcome.Attempt ? saga : null, read.Webhooks),
            Links = JobLinks.Of(job),
            AnswerPlace = MessageSequence.OfAssistant(job.Turn),
        };
    }
}
