using System.Globalization;
using System.Text;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Mistakes;
using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults.Reporting;

/// <summary>A run as tables.</summary>
internal static class MarkdownReport
{
    private const int FindingsShown = 50;

    public static string Write(FaultReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"Run of {report.At:yyyy-MM-dd HH:mm} UTC, seed {report.Seed}, {report.Took.TotalMinutes:0} min: {report.Services}; {report.Redis}. ");
        text.Append(CultureInfo.InvariantCulture,
            $"{report.Results.Sum(x => x.Jobs)} jobs, {report.Results.Sum(x => x.Kills)} kills -9, {report.Crashes} crashes that nobody asked for, {report.Findings} findings.\n\n");
        text.Append("| fault | jobs | kills | other faults | lost | doubled | stuck | leaked | spliced | refused POSTs | ended completed / failed / cancelled / expired | model calls repeated | recovery |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var result in report.Results)
            Row(text, result);

        Points(text, report);
        Findings(text, report);
        return text.ToString();
    }

    public static string Write(IReadOnlyList<MistakeResult> results)
    {
        var text = new StringBuilder();
        text.Append("| mistake | made | under | jobs | must show as | findings | found |\n|---|---|---|---|---|---|---|\n");
        foreach (var x in results)
        {
            var findings = string.Join(", ", Enum.GetValues<FindingKind>().Where(kind => x.Result.Count(kind) > 0).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{x.Result.Count(kind)} {kind.ToString().ToLowerInvariant()}")));
            text.Append(CultureInfo.InvariantCulture,
                $"| {x.Mistake.Title} | {x.Made} times | {x.Result.Title} | {x.Result.Jobs} | {x.Mistake.Shows.ToString().ToLowerInvariant()} | {findings} | {(x.IsCaught ? "✓" : "✗")} |\n");
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, ScenarioResult result) => text.Append(CultureInfo.InvariantCulture,
        $"| {result.Title} | {result.Jobs} | {result.Kills} | {result.Faults} | {result.Count(FindingKind.Lost)} | {result.Count(FindingKind.Doubled)} | {result.Count(FindingKind.Stuck)} | {result.Count(FindingKind.Leaked)} | {result.Count(FindingKind.Spliced)} | {result.Refusals} | {string.Join(" / ", Enum.GetValues<EndState>().Select(x => result.Ends.GetValueOrDefault(x)))} | {result.RepeatedCalls} of {result.Calls} | {result.Recovery.TotalSeconds:0.0} s |\n");

    private static void Points(StringBuilder text, FaultReport report)
    {
        var points = report.Results.SelectMany(x => x.HitPoints).GroupBy(x => x.Key).OrderBy(x => x.Key, StringComparer.Ordinal).ToList();
        if (points.Count == 0)
            return;

        text.Append("\n| kill point | kills |\n|---|---|\n");
        foreach (var point in points)
            text.Append(CultureInfo.InvariantCulture, $"| {point.Key} | {point.Sum(x => x.Value)} |\n");
        var missed = KillPoints.AllKillPoints.List.Select(x => x.ToString()).Except(points.Select(x => x.Key)).ToList();
        if (missed.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nNot hit in this run: {string.Join("; ", missed)}.\n");
    }

    private static void Findings(StringBuilder text, FaultReport report)
    {
        foreach (var result in report.Results.Where(x => x.Findings.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"\nFindings of {result.Name}:\n\n");
            foreach (var finding in result.Findings.Take(FindingsShown))
                text.Append(CultureInfo.InvariantCulture, $"- {finding}\n");
        }
    }
}
