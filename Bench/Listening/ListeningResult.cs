using CloudIa.Bench.Configuration;
using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Listening;

/// <summary>A run as its JSON file keeps it.</summary>
internal sealed record ListeningResult
{
    public required Machine Machine { get; init; }

    public required ListeningOptions Options { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }
}
