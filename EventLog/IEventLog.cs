using CloudIa.Contracts.Client;

namespace CloudIa.EventLog;

/// <summary>
/// The numbered events of a job. What is appended gets the next number and is announced to the owner's listeners by the same
/// script, so that nothing is ever seen that is not kept, and nothing is kept that is not announced.
/// </summary>
public interface IEventLog
{
    /// <summary>Appends <paramref name="accepted"/> as the first event, unless the log has one already.</summary>
    Task AcceptAsync(string userId, JobAccepted accepted, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the right to write the answer of an attempt: the one before, if there is any, can append nothing more. Where deltas
    /// of an earlier run are in the log a <see cref="MessageReset"/> is appended; where the attempt is new, <paramref name="started"/> is.
    /// </summary>
    /// <param name="lease">For how long nobody else may take it without a sign of life (append or renew).</param>
    Task<BeginRunResult> BeginRunAsync(string userId, JobStarted started, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Appends a piece of the answer and renews the lease. False: another run or the end of the attempt came first; stop.</summary>
    Task<bool> AppendAsync(LlmRun run, MessageDelta delta, CancellationToken cancellationToken);

    /// <summary>A sign of life while nothing is there to append. False: another run or the end of the attempt came first; stop.</summary>
    Task<bool> RenewAsync(LlmRun run, CancellationToken cancellationToken);

    /// <summary>Keeps the finished answer until it is stored. False: another run or the end of the attempt came first.</summary>
    Task<bool> KeepAnswerAsync(LlmRun run, KeptAnswer answer, CancellationToken cancellationToken);

    /// <summary>
    /// Appends word that an attempt waits for its next try, unless its answer is kept, a run of it is alive, it has ended, or a newer one has begun.
    /// </summary>
    Task DelayAsync(string userId, JobDelayed delayed, CancellationToken cancellationToken);

    /// <summary>When the next try of an attempt begins, as it was appended last; null where nothing waits, or a run has begun since.</summary>
    Task<DateTimeOffset?> GetDelayAsync(Guid jobId, int attempt, CancellationToken cancellationToken);

    /// <summary>Gives the lease back, so that the next try need not wait for its end. Nothing happens where the run is not the current one.</summary>
    Task ReleaseAsync(LlmRun run, CancellationToken cancellationToken);

    /// <summary>The answer kept for a job, of whichever attempt; null where none is kept (any more).</summary>
    Task<KeptAnswer?> GetAnswerAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the right to write away from an attempt and all before it, for good, and tells their runs (<see cref="IRunStops"/>). Nothing
    /// is appended: that is for <see cref="EndAsync"/>, and nothing can come in between.
    /// </summary>
    Task StopAsync(Guid jobId, int attempt, CancellationToken cancellationToken);

    /// <summary>
    /// What is in the log of the answer, since the last <see cref="MessageReset"/> and up to the first event that cannot be read; empty where
    /// there is nothing (any more).
    /// </summary>
    Task<string> ReadPartialAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Whether a run of the attempt gave a sign of life within its lease.</summary>
    Task<bool> IsRunningAsync(Guid jobId, int attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Appends the last event of an attempt and lets the log (and the kept answer) expire an hour later. A second call for the
    /// same or an older attempt appends nothing.
    /// </summary>
    Task EndAsync(string userId, ClientEvent last, CancellationToken cancellationToken);

    /// <summary>Events with a number above <paramref name="after"/>, in order, at most <paramref name="limit"/>; none where there is no log (any more).</summary>
    /// <exception cref="CorruptEventException">One of them cannot be read: its number is in the exception.</exception>
    Task<IReadOnlyList<ClientEvent>> ReadAsync(Guid jobId, long after, int limit, CancellationToken cancellationToken);
}
