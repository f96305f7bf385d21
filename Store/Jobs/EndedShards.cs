using CloudIa.Contracts;

namespace CloudIa.Store.Jobs;

/// <summary>
/// The parts of the index of ended jobs: by how they ended, and failed ones by why, each in as many as its writes may need. What is read by time has to look into
/// all of a kind.
/// </summary>
internal static class EndedShards
{
    private const int OfAnOutcome = 4;
    private const int OfACode = 2;

    /// <summary>What another version calls by a code that this one does not know.</summary>
    private const string OtherCode = "other";

    private static readonly IReadOnlyList<string> Codes = [.. JobFailures.Codes.Except([JobFailures.Expired.Code, JobFailures.Cancelled.Code]), OtherCode];

    public static string Of(Guid jobId, JobOutcome outcome, string? failureCode) =>
        Name(Kind(outcome, failureCode), jobId.ToByteArray()[^1] % Count(outcome));

    /// <param name="failureCode">Of failed ones; null: all of them.</param>
    public static IEnumerable<string> All(JobOutcome outcome, string? failureCode) =>
        from kind in outcome == JobOutcome.Failed && failureCode is null ? Codes.Select(code => Kind(outcome, code)) : [Kind(outcome, failureCode)]
        from number in Enumerable.Range(0, Count(outcome))
        select Name(kind, number);

    private static int Count(JobOutcome outcome) => outcome == JobOutcome.Failed ? OfACode : OfAnOutcome;

    private static string Kind(JobOutcome outcome, string? failureCode) => outcome == JobOutcome.Failed
        ? $"{outcome}:{(failureCode is not null && Codes.Contains(failureCode) ? failureCode : OtherCode)}"
        : $"{outcome}";

    private static string Name(string kind, int number) => $"{kind}#{number}";
}
