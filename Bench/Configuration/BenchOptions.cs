using System.Text.Json.Serialization;
using CloudIa.Bench.Workers.Bus;

namespace CloudIa.Bench.Configuration;

/// <summary>What one run measures.</summary>
internal sealed record BenchOptions
{
    private static readonly int[] AllPrefetches = [10, 100, 1000];

    /// <summary>Of jobs alone and of bursts; subjects take turns in each.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Jobs one after the other, in each round.</summary>
    public int AloneJobs { get; init; } = 100;

    /// <summary>Jobs at once.</summary>
    public int BurstJobs { get; init; } = 2000;

    public IReadOnlyList<int> Prefetches { get; init; } = AllPrefetches;

    /// <summary>Of the scenarios that do not vary it.</summary>
    public int UsualPrefetch => Prefetches.Contains(100) ? 100 : Prefetches[0];

    /// <summary>How long polls are counted while nothing happens.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(1);

    public int MostProcesses { get; init; } = 4;

    public IReadOnlyList<int> Backlogs { get; init; } = [0, 1_000, 10_000, 100_000];

    /// <summary>Names of the scenarios to run; empty is all of them.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>One of <see cref="Outboxes.All"/>.</summary>
    public string Outbox { get; init; } = Outboxes.Saga;

    /// <summary>Other builds of the bench that take part, under names: the official packages, or this project as it was.</summary>
    public IReadOnlyList<Subject> Compared { get; init; } = [];

    /// <summary>Measures on Garnet also where redis-server is installed.</summary>
    public bool Garnet { get; init; }

    /// <summary>Null: a file of this run's time in artifacts/bench.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Puts the tables into docs/performance.md.</summary>
    public bool WriteDocs { get; init; }

    /// <summary>Whether nothing that the page shows is left out.</summary>
    [JsonIgnore]
    public bool IsWhole => Only.Count == 0 && Prefetches.SequenceEqual(AllPrefetches);

    /// <summary>A look at everything's counts; the times mean nothing.</summary>
    public BenchOptions Quick() => this with
    {
        Rounds = 1,
        AloneJobs = 20,
        BurstJobs = 200,
        Prefetches = [100],
        Only = ["jobs"],
    };
}
