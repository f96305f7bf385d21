using System.Globalization;
using CloudIa.Bench.Configuration;

namespace CloudIa.Bench.Reporting;

/// <summary>The parts of docs/performance.md that runs write.</summary>
internal static class PerformanceDocument
{
    /// <summary>Of the transport and the saga repository.</summary>
    public const string Figures = "figures";

    /// <summary>Of listening.</summary>
    public const string ListeningFigures = "figures of listening";

    /// <param name="part">Which part is replaced.</param>
    /// <param name="text">What is written there.</param>
    /// <exception cref="InvalidOperationException">The marks are missing.</exception>
    public static string Replace(string document, string part, string text)
    {
        var (first, last) = ($"<!-- {part}: written by the bench -->", $"<!-- end of {part} -->");
        var begin = document.IndexOf(first, StringComparison.Ordinal);
        var end = document.IndexOf(last, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{Checkout.Document} has no \"{first}\" with \"{last}\" after it, between which the figures go.");

        return $"{document[..(begin + first.Length)]}\n{text}{document[end..]}";
    }

    public static string Write(BenchResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{Conditions(result.Machine)}; fauxqs and {result.Redis} on the same machine. {result.Options.Rounds} rounds, {result.Options.AloneJobs} jobs alone and " +
        $"{result.Options.BurstJobs} at once in each; outbox: {result.Options.Outbox}.\n\n{MarkdownReport.Write(result)}");

    public static string Conditions(Machine machine)
    {
        var load = machine.LoadBefore is { } value ? string.Create(CultureInfo.InvariantCulture, $", load {value:0.00} before") : "";
        var build = machine.Optimized ? "" : "; **a debug build: its times mean nothing**";
        return string.Create(CultureInfo.InvariantCulture,
            $"{machine.At:yyyy-MM-dd HH:mm} UTC; {machine.Processor}, {machine.Cores} cores{load}; {machine.System}; {machine.Runtime}{build}");
    }
}
