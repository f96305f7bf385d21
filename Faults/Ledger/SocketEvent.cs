namespace CloudIa.Faults.Ledger;

/// <summary>One frame of a job on a socket.</summary>
internal sealed record SocketEvent
{
    public required string Event { get; init; }

    public required Guid JobId { get; init; }

    /// <summary>0: it has none.</summary>
    public long Seq { get; init; }

    public int Attempt { get; init; }

    public string? Content { get; init; }

    /// <summary>The frame has a token in it that is not the listener's.</summary>
    public bool Foreign { get; init; }

    /// <summary>Null: not the end of an attempt. An error is an end, failed or expired.</summary>
    public string? End => Event is "message_completed" or "error" or "job_cancelled" ? Event : null;
}
