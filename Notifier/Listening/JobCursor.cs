using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.Listening;

/// <summary>How far one job was sent to one reader.</summary>
internal sealed class JobCursor(Guid jobId, long after)
{
    private (int Attempt, DateTimeOffset Timestamp)? _last;

    public Guid JobId { get; } = jobId;

    /// <summary>The number after which this reader began.</summary>
    public long From { get; private set; } = after;

    /// <summary>The number of the last event that the reader has.</summary>
    public long Seen { get; private set; } = after;

    /// <summary>The last event that the reader has ended the attempt.</summary>
    public bool Ended { get; private set; }

    /// <summary>There was nothing at all in the log when it was last read.</summary>
    public bool LogIsGone { get; set; }

    public void Advance(ClientEvent sent)
    {
        Seen = sent.Seq;
        Recognise(sent);
    }

    /// <summary>Keeps what tells the last event from another one with the same number.</summary>
    public void Recognise(ClientEvent atSeen)
    {
        _last = (atSeen.Attempt, atSeen.Timestamp);
        Ended = atSeen.EndsAttempt();
        LogIsGone = false;
    }

    /// <summary>Whether this event of the log is the last one that the reader has. False after the log was lost and begun anew.</summary>
    public bool Matches(ClientEvent atSeen) =>
        atSeen.Seq == Seen && (_last is null || _last == (atSeen.Attempt, atSeen.Timestamp));

    public void GoTo(long after)
    {
        From = after;
        Seen = after;
        Ended = false;
        _last = null;
    }
}

internal static class ClientEventEnds
{
    /// <summary>Whether nothing follows in this attempt.</summary>
    public static bool EndsAttempt(this ClientEvent value) => value is MessageCompleted or JobError or JobCancelled;
}
