using System.Collections.Concurrent;
using CloudIa.Store;

namespace CloudIa.Tests.Processor.Fakes;

internal sealed class InMemoryJobStore : IJobStore
{
    private readonly ConcurrentDictionary<Guid, JobRecord> _jobs = new();

    /// <summary>What DynamoDB did to the next outcomes, before it took one.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = new();

    public JobRecord this[Guid jobId]
    {
        get => _jobs[jobId];
        set => _jobs[jobId] = value;
    }

    public Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken) => Task.FromResult(_jobs.TryAdd(job.JobId, job));

    public Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken) =>
        Unreadable.Contains(jobId) ? throw new InvalidDataException("of a newer version") : Task.FromResult(_jobs.GetValueOrDefault(jobId));

    public Task<bool> TryPromiseAsync(Guid jobId, CancellationToken cancellationToken)
    {
        while (_jobs.TryGetValue(jobId, out var job))
        {
            if (_jobs.TryUpdate(jobId, job with { IsPromised = true }, job))
            {
                return Task.FromResult(true);
            }
        }

        return Task.FromResult(false);
    }

    public Task<bool> WithdrawAsync(Guid jobId, CancellationToken cancellationToken)
    {
        while (_jobs.TryGetValue(jobId, out var job))
        {
            if (job.Outcome is not null || job.IsPromised)
            {
                return Task.FromResult(false);
            }

            if (_jobs.TryRemove(new(jobId, job)))
            {
                break;
            }
        }

        return Task.FromResult(true);
    }

    public Task<JobOutcomeRecord?> RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken)
    {
        if (Failures.TryDequeue(out var failure))
        {
            throw failure;
        }

        while (_jobs.TryGetValue(jobId, out var job) && (job.Outcome is null || job.Outcome.Attempt < outcome.Attempt))
        {
            if (_jobs.TryUpdate(jobId, job with { Outcome = outcome, IsOpen = false, OpenSince = null }, job))
            {
                break;
            }
        }

        return Task.FromResult(_jobs.GetValueOrDefault(jobId)?.Outcome);
    }

    public Task<bool> ReopenAsync(Guid jobId, int endedAttempt, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<Guid> ListOpenAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        _jobs.Values.Where(x => x.IsOpen && x.OpenSince < before).OrderBy(x => x.OpenSince).Select(x => x.JobId).ToAsyncEnumerable();

    public IAsyncEnumerable<UserJob> ListOfUserAsync(string userId, CancellationToken cancellationToken) =>
        _jobs.Values.Where(x => x.UserId == userId).OrderBy(x => x.AcceptedAt).Select(x => new UserJob(x.JobId, x.ChatId)).ToAsyncEnumerable();

    /// <summary>Rows that a newer version wrote.</summary>
    public HashSet<Guid> Unreadable { get; } = [];
}
