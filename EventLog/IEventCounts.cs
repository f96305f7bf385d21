namespace CloudIa.EventLog;

/// <summary>For operators: how much is in a job's log.</summary>
public interface IEventCounts
{
    /// <summary>How many events a job's log has; 0 where there is no log (any more).</summary>
    Task<long> CountAsync(Guid jobId, CancellationToken cancellationToken);
}
