using CloudIa.Contracts.Client;

namespace CloudIa.Listening;

/// <summary>How far one job was sent to one reader.</summary>
internal sealed class JobCursor(Guid jobId, long after)
{
    private (int Attempt, DateTimeOffset Timestamp)? _last;

    public Guid JobId { get; } = jobId;

    /// <summary>Any event of the job that was read: what is made up for one that cannot be read takes its chat and attempt from it.</summary>
    public ClientEvent? Known { get; set; }

    /// <summary>The number after which this reader began.</summary>
    public long From { get; private set; } = after;

    /// <summary>The number of the last event that the reader has.</summary>
    public long Seen { get; private set; } = after;

    /// <summary>The last event that the reader has ended the attempt.</summary>
    public bool Ended { get; private set; }

    /// <summary>There was nothing at all in the log when it was last read.</summary>
    public bool LogIsGone { get; set; }

    /// <summary>The log's last event cannot be read: it may be the one that ended the attempt.</summary>
    public bool EndsUnreadable { get; private set; }

    public void Advance(ClientEvent sent)
    {
        Seen = sent.Seq;
        Recognise(sent);
    }

    /// <summary>Keeps what tells the last event from another one with the same number.</summary>
    public void Recognise(ClientEvent atSeen)
    {
        _last = (atSeen.Attempt, atSeen.Timestamp);
        Known = atSeen;
        Ended = atSeen.EndsAttempt();
        LogIsGone = false;
        EndsUnreadable = false;
    }

    /// <summary>Passes over an event that cannot be read.</summary>
    public void PassOver(long seq)
    {
        Seen = seq;
        _last = null;
        Ended = false;
        LogIsGone = false;
        EndsUnreadable = true;
    }

    /// <summary>
    /// Whether this event of the log, null where it cannot be read, is the last one that the reader has. False after the log was lost and
    /// begun anew.
    /// </summary>
    public bool Matches(ClientEvent? atSeen) => _last is null || _last == (atSeen?.Attempt, atSeen?.Timestamp);

    public void GoTo(long after)
    {
        From = after;
        Seen = after;
        Ended = false;
        _last = null;
    }
}
