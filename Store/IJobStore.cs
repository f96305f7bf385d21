namespace CloudIa.Store;

/// <summary>The rows of accepted jobs: <c>JOB#&lt;jobId&gt;</c>.</summary>
public interface IJobStore
{
    /// <summary>Writes the row of a new job. False: there is one already; nothing is changed.</summary>
    Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken);

    /// <summary>The row, strongly consistent; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It was written by a version that this one cannot read.</exception>
    Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Makes sure that a row is not withdrawn any more: to be called before anybody but the request that wrote it hears of it.</summary>
    /// <returns>False: there is no such row (any more).</returns>
    Task<bool> TryPromiseAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Takes back an acceptance that could not be completed. A row with an outcome stays, and one that was promised.</summary>
    /// <returns>Whether there is no row now.</returns>
    Task<bool> WithdrawAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Records how an attempt ended, and takes the job out of the open ones. An outcome of the same or a newer attempt stays as it is.</summary>
    /// <returns>What is recorded now: <paramref name="outcome"/>, or what was there before; null where there is no such job.</returns>
    Task<JobOutcomeRecord?> RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken);

    /// <summary>Opens a job again whose last attempt ended without an answer.</summary>
    /// <returns>False: it is open, completed, or another attempt was the last one.</returns>
    Task<bool> ReopenAsync(Guid jobId, int endedAttempt, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Jobs that are open since before a moment, eventually consistent: some may have ended in the meantime.</summary>
    IAsyncEnumerable<Guid> ListOpenAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// A user's jobs, the oldest first; eventually consistent: one that was accepted a moment ago may not be among them yet, and what is told of one may
    /// be out of date.
    /// </summary>
    IAsyncEnumerable<UserJob> ListOfUserAsync(string userId, CancellationToken cancellationToken);
}

/// <summary>A job in its user's list.</summary>
public sealed record UserJob(Guid JobId, Guid ChatId);
