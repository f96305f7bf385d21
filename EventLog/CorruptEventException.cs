namespace CloudIa.EventLog;

/// <summary>What Redis holds of a job cannot be read as what belongs there. Says where, never what it is: that is a user's text.</summary>
public sealed class CorruptEventException : Exception
{
    public CorruptEventException(string message)
        : base(message)
    {
    }

    public CorruptEventException()
    {
    }

    public CorruptEventException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The number of the event that cannot be read; 0 where it is not an event of a log.</summary>
    public long Seq { get; private init; }

    internal static CorruptEventException AtPlace(Guid jobId, long seq, int size) => new(
        $"Event {seq} of job {jobId} ({size} bytes) is not a client event of this version: another program wrote to the key, or a newer " +
        "version of this one did. Update this service, or delete the job's log; its outcome is kept in its row.")
    {
        Seq = seq,
    };

    internal static CorruptEventException Answer(Guid jobId, int size) => new(
        $"The kept answer of job {jobId} ({size} bytes) is not one of this version: another program wrote to the key, or a newer version of " +
        "this one did. Update this service, or delete the key; the answer is then asked for again.");
}
