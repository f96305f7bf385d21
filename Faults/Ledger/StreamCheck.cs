using System.Text;

namespace CloudIa.Faults.Ledger;

/// <summary>What a client joins from the pieces is what is stored; an attempt has one end, the same for all, and it is the row's.</summary>
internal sealed class StreamCheck : ICheck
{
    public IEnumerable<Finding> Find(Evidence evidence)
    {
        var stored = evidence.Messages.Where(x => x.IsAssistant && !x.IsPartial).ToLookup(x => x.JobId);
        Dictionary<(Guid Job, int Attempt), HashSet<string>> ends = [];
        foreach (var client in evidence.Book.Sockets.GroupBy(x => (x.User, x.Listener)))
        {
            Dictionary<Guid, ClientView> views = [];
            foreach (var frame in client.SelectMany(x => x.Events))
            {
                if (!views.TryGetValue(frame.JobId, out var view))
                    views[frame.JobId] = view = new ClientView();
                view.Take(frame);
                if (frame.End is null)
                    continue;

                if (view.HasSecondEnd)
                    yield return new(FindingKind.Doubled, frame.JobId, $"attempt {frame.Attempt} ended once more, with number {frame.Seq} (a listener of {client.Key.User})");

                if (!ends.TryGetValue((frame.JobId, frame.Attempt), out var kinds))
                    ends[(frame.JobId, frame.Attempt)] = kinds = [];
                kinds.Add(frame.End);
                if (frame.Event == "message_completed")
                {
                    if (stored[frame.JobId].FirstOrDefault() is { } answer && answer.Content != frame.Content)
                        yield return new(FindingKind.Spliced, frame.JobId, $"message_completed has another text than the history (a listener of {client.Key.User})");
                    if (view.HasAll && frame.Seq > 0 && view.Text.ToString() != frame.Content)
                        yield return new(FindingKind.Spliced, frame.JobId, $"the pieces joined are {view.Text.Length} characters, message_completed has {frame.Content?.Length} (a listener of {client.Key.User})");
                }
            }
        }

        foreach (var finding in Ends(evidence, ends))
            yield return finding;
    }

    private static IEnumerable<Finding> Ends(Evidence evidence, Dictionary<(Guid Job, int Attempt), HashSet<string>> ends)
    {
        foreach (var ((job, attempt), kinds) in ends)
        {
            if (kinds.Count > 1)
                yield return new(FindingKind.Doubled, job, $"attempt {attempt} ended as {string.Join(" and as ", kinds)}");
            if (evidence.Rows.TryGetValue(job, out var row) && row.OutcomeAttempt == attempt && row.Outcome is { } outcome && !kinds.Contains(EventOf(outcome)))
                yield return new(FindingKind.Doubled, job, $"attempt {attempt} is {outcome} in its row, and listeners were told {string.Join(", ", kinds)}");
        }

        foreach (var submission in evidence.Book.Jobs)
        {
            foreach (var told in submission.Told.GroupBy(x => x.Attempt))
            {
                var all = told.Select(x => x.End).ToHashSet();
                if (evidence.Rows.TryGetValue(submission.JobId!.Value, out var row) && row.OutcomeAttempt == told.Key && row.Outcome is { } outcome)
                    all.Add(outcome);
                if (all.Count > 1)
                    yield return new(FindingKind.Doubled, submission.JobId, $"of attempt {told.Key} HTTP and the row say {string.Join(" and ", all)}");
            }

            if (evidence.Rows.TryGetValue(submission.JobId!.Value, out var at) && at.IsAtRest && !ends.ContainsKey((at.JobId, at.OutcomeAttempt)))
                yield return new(FindingKind.Lost, at.JobId, $"attempt {at.OutcomeAttempt} is {at.Outcome}, and no listener was told, not even one that asked afterwards");
        }
    }

    private static string EventOf(EndState outcome) => outcome switch
    {
        EndState.Completed => "message_completed",
        EndState.Cancelled => "job_cancelled",
        _ => "error",
    };

    /// <summary>What a client that resumes by number has of one job.</summary>
    private sealed class ClientView
    {
        private readonly HashSet<int> _ended = [];
        private long _last;

        public StringBuilder Text { get; } = new();

        /// <summary>It has every event from the first on.</summary>
        public bool HasAll { get; private set; } = true;

        /// <summary>The last event was the second end of one attempt.</summary>
        public bool HasSecondEnd { get; private set; }

        public void Take(SocketEvent frame)
        {
            HasSecondEnd = false;
            if (frame.Event is SocketLog.Resumed or SocketLog.NotResumed)
                return;

            if (frame.Event == "message_reset" && frame.Seq == 0)
            {
                (_last, HasAll) = (0, true);
                _ended.Clear();
                Text.Clear();
                return;
            }

            // A client that begins again from 1 has what it has twice.
            if (frame.Seq == 0 || frame.Seq <= _last)
                return;

            HasAll &= frame.Seq == _last + 1;
            _last = frame.Seq;
            HasSecondEnd = frame.End is not null && !_ended.Add(frame.Attempt);
            if (frame.Event == "message_reset")
                Text.Clear();
            else if (frame.Event == "message_delta")
                Text.Append(frame.Content);
        }
    }
}
