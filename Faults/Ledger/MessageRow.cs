namespace CloudIa.Faults.Ledger;

/// <summary>A message's row, as the table has it.</summary>
internal sealed record MessageRow
{
    public required Guid ChatId { get; init; }

    public required long Sequence { get; init; }

    public required Guid JobId { get; init; }

    public required bool IsAssistant { get; init; }

    public required string Content { get; init; }

    public required bool IsPartial { get; init; }
}
