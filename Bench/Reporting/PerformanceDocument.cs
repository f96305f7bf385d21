using System.Globalization;
using CloudIa.Bench.Configuration;

namespace CloudIa.Bench.Reporting;

/// <summary>The part of docs/performance.md that a run writes.</summary>
internal static class PerformanceDocument
{
    private const string Begin = "<!-- figures: written by the bench -->";
    private const string End = "<!-- end of figures -->";

    /// <exception cref="InvalidOperationException">The marks are missing.</exception>
    public static string Replace(string document, BenchResult result)
    {
        var begin = document.IndexOf(Begin, StringComparison.Ordinal);
        var end = document.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{Checkout.Document} has no \"{Begin}\" with \"{End}\" after it, between which the figures go.");

        return $"{document[..(begin + Begin.Length)]}\n{Conditions(result)}\n\n{MarkdownReport.Write(result)}{document[end..]}";
    }

    public static string Conditions(BenchResult result)
    {
        var machine = result.Machine;
        var load = machine.LoadBefore is { } value ? string.Create(CultureInfo.InvariantCulture, $", load {value:0.00} before") : "";
        var build = machine.Optimized ? "" : " **A debug build: its times mean nothing.**";
        return string.Create(CultureInfo.InvariantCulture,
            $"{machine.At:yyyy-MM-dd HH:mm} UTC; {machine.Processor}, {machine.Cores} cores{load}; {machine.System}; {machine.Runtime}; " +
            $"fauxqs and {result.Redis} on the same machine. {result.Options.Rounds} rounds, {result.Options.AloneJobs} jobs alone and " +
            $"{result.Options.BurstJobs} at once in each; outbox: {result.Options.Outbox}.{build}");
    }
}
