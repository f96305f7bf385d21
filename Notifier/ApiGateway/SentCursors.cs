using CloudIa.Contracts.Client;
using CloudIa.Listening;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>How far each job went over one connection, and what of that is not kept in Redis yet.</summary>
/// <remarks>Jobs that have ended are kept too, the last of them: their late announcements would look like new jobs to the next owner.</remarks>
internal sealed class SentCursors
{
    public const int EndedKept = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, SentCursor> _cursors = [];
    private readonly LinkedList<Guid> _ended = [];
    private readonly HashSet<Guid> _changed = [];

    private readonly Action _hurry;

    /// <param name="kept">What Redis has.</param>
    /// <param name="hurry">Called when a change should be kept at once: an attempt has ended, and is not told twice.</param>
    public SentCursors(IEnumerable<KeyValuePair<Guid, SentCursor>> kept, Action hurry)
    {
        _hurry = hurry;
        foreach (var (jobId, cursor) in kept)
        {
            Set(jobId, cursor);
        }

        _changed.Clear();
    }

    public bool HasChanges
    {
        get { lock (_lock) { return _changed.Count > 0; } }
    }

    public void Sent(ClientEvent value)
    {
        lock (_lock)
        {
            // One without a number is in no log: there is nothing to go on from.
            Set(value.JobId, value.Seq == 0 ? null : new SentCursor(value.Seq, value.EndsAttempt()));
        }

        if (value.EndsAttempt())
        {
            _hurry();
        }
    }

    /// <summary>Something else than a cursor is to be kept at once.</summary>
    public void Hurry() => _hurry();

    /// <summary>The client said how far it has it.</summary>
    public void Subscribed(Guid jobId, long lastSeq)
    {
        lock (_lock)
        {
            if (!_cursors.TryGetValue(jobId, out var cursor) || cursor.Seq < lastSeq)
            {
                Set(jobId, new SentCursor(lastSeq, Ended: false));
            }
        }
    }

    /// <summary>What changed since the last call, and now counts as kept; null for a job that is forgotten.</summary>
    public Dictionary<Guid, SentCursor?> TakeChanges()
    {
        lock (_lock)
        {
            var changes = _changed.ToDictionary(x => x, x => _cursors.GetValueOrDefault(x));
            _changed.Clear();
            return changes;
        }
    }

    /// <summary>They were not kept after all.</summary>
    public void GiveBack(Dictionary<Guid, SentCursor?> changes)
    {
        lock (_lock)
        {
            _changed.UnionWith(changes.Keys);
        }
    }

    /// <summary>Everything has to be kept anew.</summary>
    public void Renew()
    {
        lock (_lock)
        {
            _changed.UnionWith(_cursors.Keys);
        }
    }

    private void Set(Guid jobId, SentCursor? cursor)
    {
        _changed.Add(jobId);
        _ended.Remove(jobId);
        if (cursor is null)
        {
            _cursors.Remove(jobId);
            return;
        }

        _cursors[jobId] = cursor;
        if (!cursor.Ended)
        {
            return;
        }

        _ended.AddLast(jobId);
        if (_ended.Count > EndedKept)
        {
            var oldest = _ended.First!.Value;
            _ended.RemoveFirst();
            _cursors.Remove(oldest);
            _changed.Add(oldest);
        }
    }
}

/// <param name="Seq">The number of the last event that was sent.</param>
/// <param name="Ended">That one ended the attempt.</param>
internal sealed record SentCursor(long Seq, bool Ended);
