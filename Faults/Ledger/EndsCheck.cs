namespace CloudIa.Faults.Ledger;

/// <summary>A job is answered: it ends otherwise only where somebody asked for that, or where something was done that may fail a job.</summary>
internal sealed class EndsCheck : ICheck
{
    public IEnumerable<Finding> Find(Evidence evidence)
    {
        foreach (var submission in evidence.Book.Jobs)
        {
            if (!evidence.Rows.TryGetValue(submission.JobId!.Value, out var row) || !row.IsAtRest)
                continue;

            if (row.Outcome == EndState.Cancelled && !submission.CancelRequested)
                yield return new(FindingKind.Lost, row.JobId, "it was cancelled, and nobody asked for that");
            if (row.Outcome is EndState.Failed or EndState.Expired && !evidence.MayFail)
                yield return new(FindingKind.Lost, row.JobId, $"it is {row.Outcome} ({row.FailureCode}), and nothing was done that may fail a job");
        }
    }
}
