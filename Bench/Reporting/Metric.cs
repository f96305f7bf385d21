using System.Globalization;

namespace CloudIa.Bench.Reporting;

/// <summary>A kind of figure.</summary>
/// <param name="Name">With its unit.</param>
/// <param name="Goal">What ours should reach, such as "≤ 10"; empty where nothing is asked, in words where it cannot be read off one figure.</param>
internal sealed record Metric(string Name, string Goal = "")
{
    /// <summary>Null where the goal is no bound.</summary>
    public bool? IsReached(double value) => Goal.Split(' ') switch
    {
        ["≤", var most] => value <= double.Parse(most, CultureInfo.InvariantCulture),
        ["≥", var least] => value >= double.Parse(least, CultureInfo.InvariantCulture),
        _ => null,
    };
}
