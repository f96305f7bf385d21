namespace CloudIa.Contracts;

/// <summary>Asks a model for the answer of one attempt. Sent by the saga, handled by Processor.</summary>
/// <remarks>Safe to send twice: a job whose answer is kept already is answered from there, and one that is being answered is left alone.</remarks>
public sealed record InvokeLlm
{
    public required Guid JobId { get; init; }

    /// <summary>From 1; a retry is a new attempt. Frames and results of an older one are dropped.</summary>
    public required int Attempt { get; init; }

    /// <summary>Null means the first configured provider's default.</summary>
    public string? Model { get; init; }

    /// <summary>In how many tries before providers were asked in vain. Added with failover: the saga sends none; Processor counts when it sends the command to itself again.</summary>
    public int Tries { get; init; }

    /// <summary>When a try that fails is the last. Added with failover, like <see cref="Tries"/>; null: nobody has waited yet.</summary>
    public DateTimeOffset? GiveUpAt { get; init; }
}
