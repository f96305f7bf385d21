namespace CloudIa.Local.StandIns;

/// <summary>What to run as a <see cref="ChildProcess"/>.</summary>
internal sealed record ChildProcessStart
{
    /// <summary>As shown to people.</summary>
    public required string Name { get; init; }

    public required string FileName { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required string WorkingFolder { get; init; }

    /// <summary>A folder to look for programs in before those of PATH.</summary>
    public string? SearchFirst { get; init; }

    /// <summary>The program itself ends when its stdin does. Otherwise a shell around it sees to that.</summary>
    public bool WatchesStdin { get; init; }

    /// <summary>Part of the line, on stdout or stderr, that says that it serves.</summary>
    public string? Announcement { get; init; }
}
