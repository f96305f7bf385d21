using System.Collections.Concurrent;
using CloudIa.Store;

namespace CloudIa.Tests.Notifier.Fakes;

internal sealed class FakeJobStore : IJobStore
{
    private readonly ConcurrentDictionary<Guid, JobRecord> _jobs = new();

    public void Put(JobRecord job) => _jobs[job.JobId] = job;

    public Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken) => Task.FromResult(_jobs.GetValueOrDefault(jobId));

    public Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> TryPromiseAsync(Guid jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> WithdrawAsync(Guid jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JobOutcomeRecord?> RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReopenAsync(Guid jobId, int endedAttempt, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<Guid> ListOpenAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<UserJob> ListOfUserAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
