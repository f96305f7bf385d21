namespace CloudIa.Faults.Ledger;

/// <summary>Something that may not be.</summary>
/// <param name="Kind">Of what sort.</param>
/// <param name="JobId">Of which job; null where none is known.</param>
/// <param name="Seen">What was seen.</param>
internal sealed record Finding(FindingKind Kind, Guid? JobId, string Seen)
{
    public override string ToString() => $"{Kind}: {(JobId is { } job ? $"job {job:N}: " : "")}{Seen}";
}
