namespace CloudIa.Bench.Jobs;

internal static class Payload
{
    /// <summary>What every message carries beside its ids, the same in each variant.</summary>
    public static string Text { get; } = new('x', 200);
}
