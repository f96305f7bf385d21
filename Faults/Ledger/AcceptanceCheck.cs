namespace CloudIa.Faults.Ledger;

/// <summary>A 202 is a row; the same key is the same job; every job ends.</summary>
internal sealed class AcceptanceCheck : ICheck
{
    public IEnumerable<Finding> Find(Evidence evidence)
    {
        foreach (var submission in evidence.Book.Jobs)
        {
            var jobs = submission.Accepted.Distinct().ToList();
            if (jobs.Count > 1)
                yield return new(FindingKind.Doubled, jobs[0], $"the key {submission.Key} stands for {jobs.Count} jobs: {string.Join(", ", jobs.Select(x => x.ToString("N")))}");

            foreach (var job in jobs)
            {
                if (!evidence.Rows.TryGetValue(job, out var row))
                    yield return new(FindingKind.Lost, job, $"202 for {submission.Key} of {submission.User}, and no row");
                else if (!row.IsAtRest)
                    yield return new(FindingKind.Stuck, job, $"its row is {(row.IsOpen ? "open" : "without an outcome")}; the last outcome was {row.Outcome?.ToString() ?? "none"} of attempt {row.OutcomeAttempt}");
                else if (row.User != submission.User)
                    yield return new(FindingKind.Leaked, job, $"accepted for {submission.User}, and the row is {row.User}'s");
            }
        }
    }
}
