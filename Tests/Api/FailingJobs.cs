using Amazon.Runtime;
using CloudIa.Store;

namespace CloudIa.Tests.Api;

/// <summary>Rows whose writing fails, before the row is there or after it, and which then can be read or not.</summary>
internal sealed class FailingJobs(IJobStore jobs, bool isWritten, bool canBeRead) : IJobStore
{
    private bool _hasFailed;

    public async Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (isWritten)
            await jobs.TryAddAsync(job, cancellationToken);
        _hasFailed = true;
        throw new AmazonClientException("no answer");
    }

    public Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken) =>
        _hasFailed && !canBeRead ? throw new AmazonClientException("no answer") : jobs.GetAsync(jobId, cancellationToken);

    public Task<bool> TryPromiseAsync(Guid jobId, CancellationToken cancellationToken) => jobs.TryPromiseAsync(jobId, cancellationToken);

    public Task<bool> WithdrawAsync(Guid jobId, CancellationToken cancellationToken) => jobs.WithdrawAsync(jobId, cancellationToken);

    public Task<JobOutcomeRecord?> RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken) =>
        jobs.RecordOutcomeAsync(jobId, outcome, cancellationToken);

    public Task<bool> ReopenAsync(Guid jobId, int endedAttempt, DateTimeOffset now, CancellationToken cancellationToken) =>
        jobs.ReopenAsync(jobId, endedAttempt, now, cancellationToken);

    public IAsyncEnumerable<Guid> ListOpenAsync(DateTimeOffset before, CancellationToken cancellationToken) => jobs.ListOpenAsync(before, cancellationToken);

    public IAsyncEnumerable<UserJob> ListOfUserAsync(string userId, CancellationToken cancellationToken) => jobs.ListOfUserAsync(userId, cancellationToken);
}
