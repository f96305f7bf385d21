using System.Diagnostics.CodeAnalysis;

using CloudIa.Listening;

namespace CloudIa.Notifier.Listening;

/// <summary>The cursors of one connection.</summary>
/// <remarks>
/// An ended job's cursor is kept for a while: late announcements would else look like a new job in mid-answer, and a retry would
/// repeat the attempt before. Beyond <see cref="EndedKept"/> the oldest is forgotten, so a connection of weeks does not grow.
/// </remarks>
internal sealed class JobCursors
{
    public const int EndedKept = 64;

    // An idle connection has none of them: there are many of those.
    private Dictionary<Guid, JobCursor>? _cursors;
    private LinkedList<Guid>? _ended;

    public int Count => _cursors?.Count ?? 0;

    public IEnumerable<JobCursor> All => _cursors?.Values ?? Enumerable.Empty<JobCursor>();

    public IEnumerable<JobCursor> Live => All.Where(x => !x.Ended);

    public bool TryGet(Guid jobId, [NotNullWhen(true)] out JobCursor? cursor)
    {
        cursor = null;
        return _cursors?.TryGetValue(jobId, out cursor) == true;
    }

    public JobCursor GetOrAdd(Guid jobId)
    {
        _cursors ??= [];
        if (!_cursors.TryGetValue(jobId, out var cursor))
        {
            cursor = new JobCursor(jobId, 0);
            _cursors.Add(jobId, cursor);
        }

        return cursor;
    }

    public void Forget(Guid jobId)
    {
        _cursors?.Remove(jobId);
        _ended?.Remove(jobId);
    }

    /// <summary>To be called after a cursor moved.</summary>
    public void Moved(JobCursor cursor)
    {
        _ended?.Remove(cursor.JobId);
        if (!cursor.Ended)
        {
            return;
        }

        _ended ??= [];
        _ended.AddLast(cursor.JobId);
        if (_ended.Count > EndedKept)
        {
            _cursors?.Remove(_ended.First!.Value);
            _ended.RemoveFirst();
        }
    }
}
