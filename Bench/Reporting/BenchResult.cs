using CloudIa.Bench.Configuration;

namespace CloudIa.Bench.Reporting;

/// <summary>A run as its JSON file keeps it.</summary>
internal sealed record BenchResult
{
    public required Machine Machine { get; init; }

    /// <summary>redis-server or Garnet.</summary>
    public required string Redis { get; init; }

    public required BenchOptions Options { get; init; }

    public required IReadOnlyList<string> Subjects { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>What a reader of the figures has to know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
