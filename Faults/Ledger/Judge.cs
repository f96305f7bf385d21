namespace CloudIa.Faults.Ledger;

/// <summary>All checks.</summary>
internal static class Judge
{
    private static readonly ICheck[] Checks = [new AcceptanceCheck(), new EndsCheck(), new HistoryCheck(), new SocketCheck(), new StreamCheck(), new PrivacyCheck()];

    public static IReadOnlyList<Finding> Find(Evidence evidence) => [.. evidence.Book.Noted, .. Checks.SelectMany(x => x.Find(evidence))];
}
