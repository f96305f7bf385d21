namespace CloudIa.EventLog;

/// <summary>How far the client of a session has said that it got, per job. In Redis, and forgotten as long after the last word as a log is after its end.</summary>
public interface IAcknowledgements
{
    /// <summary>A number is only ever raised. At most <see cref="MostJobs"/> jobs are kept for a session: further ones are not.</summary>
    /// <param name="acknowledged">The number of the last event per job; null: the job is done with, and is forgotten.</param>
    Task SaveAsync(string userId, string sessionId, IReadOnlyCollection<KeyValuePair<Guid, long?>> acknowledged, CancellationToken cancellationToken);

    /// <summary>What was saved and is not done with.</summary>
    Task<IReadOnlyDictionary<Guid, long>> GetAsync(string userId, string sessionId, CancellationToken cancellationToken);

    const int MostJobs = 256;
}
