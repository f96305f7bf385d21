using CloudIa.Faults.Configuration;

namespace CloudIa.Faults.Reporting;

/// <summary>The part of docs/reliability.md that a run writes.</summary>
internal static class ReliabilityDocument
{
    private const string Begin = "<!-- figures: written by the fault suite -->";
    private const string End = "<!-- end of figures -->";

    /// <exception cref="InvalidOperationException">The marks are missing.</exception>
    public static string Replace(string document, FaultReport report)
    {
        var begin = document.IndexOf(Begin, StringComparison.Ordinal);
        var end = document.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{Checkout.Document} has no \"{Begin}\" with \"{End}\" after it, between which the tables go.");

        return $"{document[..(begin + Begin.Length)]}\n{MarkdownReport.Write(report)}{document[end..]}";
    }
}
