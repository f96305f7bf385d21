namespace CloudIa.EventLog;

/// <summary>The right of one run of a model to write the answer of an attempt. <see cref="Fence"/> grows with each run of a job.</summary>
public sealed record LlmRun(Guid JobId, string UserId, int Attempt, long Fence, TimeSpan Lease);

/// <summary>What became of an attempt to begin a run.</summary>
/// <param name="Status">Whether the run may write.</param>
/// <param name="Run">The right; null unless <see cref="BeginRunStatus.Begun"/>.</param>
/// <param name="BusyFor">How long the other run's lease still lasts; zero unless <see cref="BeginRunStatus.Busy"/>.</param>
public sealed record BeginRunResult(BeginRunStatus Status, LlmRun? Run, TimeSpan BusyFor);

public enum BeginRunStatus
{
    Begun,

    /// <summary>Another run of the same attempt is alive.</summary>
    Busy,

    /// <summary>The attempt has ended, or a newer one has begun.</summary>
    Ended,

    /// <summary>
    /// The answer is kept already, of whichever attempt: take it from <see cref="IEventLog.GetAnswerAsync"/>. A run that began now
    /// would void what the listeners have seen of it.
    /// </summary>
    Answered,
}
