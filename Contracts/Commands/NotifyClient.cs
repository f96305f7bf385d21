namespace CloudIa.Contracts;

/// <summary>Tells the listeners how the attempt ended. Sent by the saga, handled by Notifier.</summary>
/// <remarks>Safe to send twice: an attempt has one last event in its log.</remarks>
public sealed record NotifyClient
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    public string? SessionId { get; init; }

    public required JobOutcome Outcome { get; init; }

    /// <summary>A code of <see cref="JobFailures"/> where the job did not complete; else null.</summary>
    public string? FailureCode { get; init; }
}
