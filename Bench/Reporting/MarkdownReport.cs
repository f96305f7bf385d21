using System.Globalization;
using System.Text;
using CloudIa.Bench.Configuration;
using CloudIa.Bench.Scenarios;

namespace CloudIa.Bench.Reporting;

/// <summary>Figures as tables: how many times the floor's first, then medians with their spread.</summary>
internal static class MarkdownReport
{
    public static string Write(BenchResult result)
    {
        var text = new StringBuilder(Write(AllScenarios.List, result.Measurements, result.Subjects));
        foreach (var note in result.Notes)
            text.Append(CultureInfo.InvariantCulture, $"- {note}\n");

        return text.ToString();
    }

    /// <param name="subjects">In the order of the columns. The first that a table has figures of is what the others are divided by.</param>
    public static string Write(IEnumerable<ITable> tables, IReadOnlyList<Measurement> measurements, IReadOnlyList<string> subjects)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            var own = measurements.Where(x => x.Scenario == table.Name).ToList();
            foreach (var part in own.GroupBy(x => table.IsCurve ? "" : x.Setting))
                Table(text, table, part.Key, [.. part], subjects);
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, ITable scenario, string setting, List<Measurement> measurements,
        IReadOnlyList<string> all)
    {
        string[] subjects = [.. all.Where(x => measurements.Exists(y => y.Subject == x))];
        string[] others = [.. subjects.Skip(1)];
        string[] columns = [.. others.Select(x => $"{x} ÷ {subjects[0]}"), .. subjects, "ours should reach"];
        text.Append(CultureInfo.InvariantCulture, $"### {scenario.Title}{(setting.Length > 0 ? ", " + setting : "")}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (var row in measurements.Select(x => x.Setting).Distinct())
        {
            foreach (var metric in scenario.Metrics)
            {
                var figures = subjects.Select(x => measurements.Find(y => y.Setting == row && y.Metric == metric.Name && y.Subject == x)).ToList();
                if (figures.TrueForAll(x => x is null))
                    continue;

                var name = scenario.IsCurve ? $"{row}: {metric.Name}" : metric.Name;
                string[] cells = [.. figures.Skip(1).Select(x => Ratio(x, figures[0])), .. figures.Select(Figure), Goal(metric, figures.Find(x => x?.Subject == Subject.Ours))];
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |\n");
            }
        }

        text.Append('\n');
    }

    private static string Ratio(Measurement? figure, Measurement? floor) => figure is null || floor is null || floor.Median == 0
        ? ""
        : (figure.Median / floor.Median).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Goal(Metric metric, Measurement? ours) => ours is not null && metric.IsReached(ours.Median) is { } reached
        ? $"{metric.Goal} {(reached ? "✓" : "✗")}"
        : metric.Goal;

    private static string Figure(Measurement? figure)
    {
        if (figure is null)
            return "–";

        var median = Number(figure.Median);
        var (least, most) = (Number(figure.Least), Number(figure.Most));
        return least == most ? median : $"{median} ({least}–{most})";
    }

    private static string Number(double value) =>
        value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
