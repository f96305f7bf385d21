using System.Diagnostics.CodeAnalysis;

namespace CloudIa.Notifier.Listening;

/// <summary>The cursors of one connection.</summary>
/// <remarks>
/// An ended job's cursor is kept for a while: late announcements would else look like a new job in mid-answer, and a retry would
/// repeat the attempt before. Beyond <see cref="EndedKept"/> the oldest is forgotten, so a connection of weeks does not grow.
/// </remarks>
internal sealed class JobCursors
{
    public const int EndedKept = 64;

    private readonly Dictionary<Guid, JobCursor> _cursors = [];
    private readonly LinkedList<Guid> _ended = [];

    public int Count => _cursors.Count;

    public IEnumerable<JobCursor> Live => _cursors.Values.Where(x => !x.Ended);

    public bool TryGet(Guid jobId, [NotNullWhen(true)] out JobCursor? cursor) => _cursors.TryGetValue(jobId, out cursor);

    public JobCursor GetOrAdd(Guid jobId)
    {
        if (!_cursors.TryGetValue(jobId, out var cursor))
        {
            cursor = new JobCursor(jobId, 0);
            _cursors.Add(jobId, cursor);
        }

        return cursor;
    }

    public void Forget(Guid jobId)
    {
        _cursors.Remove(jobId);
        _ended.Remove(jobId);
    }

    /// <summary>To be called after a cursor moved.</summary>
    public void Moved(JobCursor cursor)
    {
        _ended.Remove(cursor.JobId);
        if (!cursor.Ended)
        {
            return;
        }

        _ended.AddLast(cursor.JobId);
        if (_ended.Count > EndedKept)
        {
            _cursors.Remove(_ended.First!.Value);
            _ended.RemoveFirst();
        }
    }
}
