namespace CloudIa.Faults.Ledger;

/// <summary>A job's row, as the table has it.</summary>
internal sealed record JobRow
{
    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    public required string User { get; init; }

    public required long Turn { get; init; }

    public required bool IsOpen { get; init; }

    public EndState? Outcome { get; init; }

    public int OutcomeAttempt { get; init; }

    public string? FailureCode { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool IsAtRest => !IsOpen && Outcome is not null;
}
