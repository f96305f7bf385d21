namespace CloudIa.EventLog;

/// <summary>Word that the runs of an attempt are to stop.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">This one and older ones.</param>
public sealed record RunStop(Guid JobId, int Attempt);
