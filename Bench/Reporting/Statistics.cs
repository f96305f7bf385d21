namespace CloudIa.Bench.Reporting;

internal static class Statistics
{
    /// <summary>Between the two nearest samples.</summary>
    public static double Percentile(IReadOnlyCollection<double> samples, double percent)
    {
        double[] sorted = [.. samples.Order()];
        var at = percent / 100 * (sorted.Length - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
