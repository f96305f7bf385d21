namespace CloudIa.Sagas.Deadlines;

/// <summary>
/// Which jobs are due when. A hint: the saga's own deadline counts, and a job that is missing here is found by its row
/// (<see cref="CloudIa.Store.IJobStore.ListOpenAsync"/>).
/// </summary>
public interface IDeadlineIndex
{
    Task SetAsync(Guid jobId, DateTimeOffset deadline, CancellationToken cancellationToken);

    Task RemoveAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Jobs whose deadline is over, the oldest first. Costs what is due, not what there is.</summary>
    Task<IReadOnlyList<Guid>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
