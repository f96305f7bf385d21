namespace CloudIa.Bench.Reporting;

/// <summary>One figure of one subject, with a sample from each round.</summary>
internal sealed record Measurement
{
    public required string Scenario { get; init; }

    public required string Setting { get; init; }

    public required string Subject { get; init; }

    public required string Metric { get; init; }

    public double Median => Statistics.Percentile(Samples, 50);

    public double Least => Samples.Min();

    public double Most => Samples.Max();

    public List<double> Samples { get; } = [];
}
