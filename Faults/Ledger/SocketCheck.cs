namespace CloudIa.Faults.Ledger;

/// <summary>On each connection each job's numbers are contiguous and in order, from where the client said, or from 1.</summary>
internal sealed class SocketCheck : ICheck
{
    /// <summary>The server could not resume: the next number says where it goes on, if at all.</summary>
    private const long Anywhere = -1;

    public IEnumerable<Finding> Find(Evidence evidence)
    {
        foreach (var socket in evidence.Book.Sockets)
        {
            Dictionary<Guid, long> last = [];
            foreach (var frame in socket.Events)
            {
                if (Judge(last, frame) is { } finding)
                    yield return finding with { Seen = $"{finding.Seen} (a connection of {socket.User})" };
            }
        }
    }

    private static Finding? Judge(Dictionary<Guid, long> last, SocketEvent frame)
    {
        var known = last.TryGetValue(frame.JobId, out var before);
        if (frame.Event == SocketLog.Resumed)
        {
            // What went over this connection already is not sent again.
            if (!known || frame.Seq > before)
                last[frame.JobId] = frame.Seq;
            return null;
        }

        if (frame.Event == SocketLog.NotResumed)
        {
            last[frame.JobId] = Anywhere;
            return null;
        }

        if (frame.Seq == 0)
        {
            // Made up by the server: the log is gone, or begins anew.
            if (frame.Event == "message_reset")
                last[frame.JobId] = 0;
            else if (frame.End is null)
                return new(FindingKind.Spliced, frame.JobId, $"{frame.Event} has no number");
            return null;
        }

        last[frame.JobId] = frame.Seq;
        return before == Anywhere || frame.Seq == before + 1 ? null
            : frame.Seq <= before ? new(FindingKind.Doubled, frame.JobId, $"number {frame.Seq} ({frame.Event}) after {before}")
            : new(FindingKind.Lost, frame.JobId, $"number {frame.Seq} ({frame.Event}) after {before}");
    }
}
