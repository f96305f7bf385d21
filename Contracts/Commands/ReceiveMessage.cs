namespace CloudIa.Contracts;

/// <summary>Records the user's turn in the chat's history. Sent by the saga, handled by Processor.</summary>
/// <remarks>Safe to send twice: the message's place and id are derived from the job.</remarks>
public sealed record ReceiveMessage
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }
}
