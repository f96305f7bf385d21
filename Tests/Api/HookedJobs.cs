using CloudIa.Store;

namespace CloudIa.Tests.Api;

/// <summary>Something happens between the first look at the row and what follows from it.</summary>
internal sealed class HookedJobs(IJobStore jobs, Func<Task> afterFirstGet) : IJobStore
{
    private bool _looked;

    public async Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(jobId, cancellationToken);
        if (!_looked)
        {
            _looked = true;
            await afterFirstGet();
        }

        return job;
    }

    public Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken) => jobs.TryAddAsync(job, cancellationToken);

    public Task<bool> TryPromiseAsync(Guid jobId, CancellationToken cancellationToken) => jobs.TryPromiseAsync(jobId, cancellationToken);

    public Task<bool> WithdrawAsync(Guid jobId, CancellationToken cancellationToken) => jobs.WithdrawAsync(jobId, cancellationToken);

    public Task<JobOutcomeRecord?> RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken) =>
        jobs.RecordOutcomeAsync(jobId, outcome, cancellationToken);

    public Task<bool> ReopenAsync(Guid jobId, int endedAttempt, DateTimeOffset now, CancellationToken cancellationToken) =>
        jobs.ReopenAsync(jobId, endedAttempt, now, cancellationToken);

    public IAsyncEnumerable<Guid> ListOpenAsync(DateTimeOffset before, CancellationToken cancellationToken) => jobs.ListOpenAsync(before, cancellationToken);

    public IAsyncEnumerable<UserJob> ListOfUserAsync(string userId, CancellationToken cancellationToken) => jobs.ListOfUserAsync(userId, cancellationToken);
}
