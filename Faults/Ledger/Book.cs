using System.Collections.Concurrent;

namespace CloudIa.Faults.Ledger;

/// <summary>What was submitted and what was answered, in one scenario.</summary>
internal sealed class Book
{
    public ConcurrentQueue<Submission> Submissions { get; } = new();

    public ConcurrentQueue<SocketLog> Sockets { get; } = new();

    /// <summary>Answers to POST that were no 202, by status; 0 is none at all.</summary>
    public ConcurrentDictionary<int, int> Refusals { get; } = new();

    /// <summary>Findings that show at once: another status than the rules allow.</summary>
    public ConcurrentQueue<Finding> Noted { get; } = new();

    public IEnumerable<Submission> Jobs => Submissions.Where(x => !x.Accepted.IsEmpty);
}
