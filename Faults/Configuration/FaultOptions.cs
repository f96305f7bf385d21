namespace CloudIa.Faults.Configuration;

/// <summary>What one run does.</summary>
internal sealed record FaultOptions
{
    /// <summary>Over all scenarios, at least.</summary>
    public int Jobs { get; init; } = 5_000;

    /// <summary>With signal 9, over all scenarios, at least.</summary>
    public int Kills { get; init; } = 500;

    /// <summary>How often a trouble comes that comes again and again, at most.</summary>
    public int Rounds { get; init; } = int.MaxValue;

    /// <summary>Names of scenarios; empty is all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public int Seed { get; init; } = 1;

    /// <summary>Of Api; of the others there are two.</summary>
    public int Apis { get; init; } = 1;

    /// <summary>Of all other services.</summary>
    public int Replicas { get; init; } = 2;

    /// <summary>How long a scenario may take to reach its number of jobs and kills.</summary>
    public TimeSpan LongestBreak { get; init; } = TimeSpan.FromMinutes(25);

    /// <summary>How long jobs may take to end after all is well again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>How long a client that comes when all is over may take to get everything.</summary>
    public TimeSpan ReadPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Garnet though redis-server is installed; then Redis itself is not killed.</summary>
    public bool Garnet { get; init; }

    public bool WriteDocs { get; init; }

    /// <summary>Instead of the scenarios: known mistakes, each of which they must find. Names of some, or empty for all; null for none.</summary>
    public IReadOnlyList<string>? Mistakes { get; init; }

    /// <summary>Programs of an older version (its artifacts/bin), for a rolling update; null: from this one to this one.</summary>
    public string? Previous { get; init; }

    /// <summary>A look at everything in a few minutes.</summary>
    public FaultOptions Quick() => this with { Jobs = 400, Kills = 40 };
}
