namespace CloudIa.Bench.Reporting;

/// <summary>A kind of figure.</summary>
/// <param name="Name">With its unit.</param>
/// <param name="Goal">What ours should reach; empty where nothing is asked.</param>
internal sealed record Metric(string Name, string Goal = "");
