namespace CloudIa.Store;

/// <summary>The rows of accepted jobs: <c>JOB#&lt;jobId&gt;</c>.</summary>
public interface IJobStore
{
    /// <summary>Writes the row of a new job. False: there is one already; nothing is changed.</summary>
    Task<bool> TryAddAsync(JobRecord job, CancellationToken cancellationToken);

    /// <summary>The row, strongly consistent; null where there is none.</summary>
    Task<JobRecord?> GetAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Takes back an acceptance that could not be completed. A row with an outcome stays.</summary>
    Task WithdrawAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Records how an attempt ended. An outcome of the same or a newer attempt stays as it is.</summary>
    Task RecordOutcomeAsync(Guid jobId, JobOutcomeRecord outcome, CancellationToken cancellationToken);
}
