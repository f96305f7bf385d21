namespace CloudIa.Bench.Listening;

/// <summary>Who is measured, as the tables call it.</summary>
internal static class ListeningSubjects
{
    public const string Bare = "bare";
    public const string Direct = "direct";
    public const string OwnHops = "own hops";
    public const string Ours = Configuration.Subject.Ours;

    /// <summary>What ours is divided by comes first.</summary>
    public static IReadOnlyList<string> All { get; } = [Bare, Direct, OwnHops, Ours];
}
