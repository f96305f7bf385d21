using System.Collections.Concurrent;

namespace CloudIa.Faults.Ledger;

/// <summary>What one Idempotency-Key was used for, and all that HTTP answered to it.</summary>
internal sealed class Submission
{
    public required string User { get; init; }

    public required string Key { get; init; }

    public required SubmissionKind Kind { get; init; }

    /// <summary>Of the prompt that is answered; a regenerated one is the first's.</summary>
    public required string Token { get; init; }

    /// <summary>The job it edits or answers again.</summary>
    public Guid? Of { get; init; }

    /// <summary>Its place among the chat's submissions, in the order in which they were accepted: the next one was sent only after.</summary>
    public int Order { get; init; }

    /// <summary>The jobs of all 202: one, if all is well.</summary>
    public ConcurrentQueue<Guid> Accepted { get; } = new();

    /// <summary>It goes on in a chat; otherwise it begins one.</summary>
    public bool Continues { get; init; }

    public Guid? ChatId { get; set; }

    public Guid? JobId => Accepted.TryPeek(out var job) ? job : null;

    /// <summary>Ends that GET told of, by attempt.</summary>
    public ConcurrentQueue<(int Attempt, EndState End)> Told { get; } = new();

    /// <summary>Retries that were answered with 202.</summary>
    public int Retries { get; set; }

    public bool CancelRequested { get; set; }
}
