using System.Globalization;

namespace CloudIa.Store.Usage;

/// <summary>The parts of the index of what was used, by day: one partition of DynamoDB takes 1,000 writes a second.</summary>
internal static class UsageShards
{
    private const int Count = 4;

    public static string Of(UsageRecord usage) => Name(usage.Day, usage.JobId.ToByteArray()[^1] % Count);

    public static IEnumerable<string> Of(DateOnly day) => Enumerable.Range(0, Count).Select(x => Name(day, x));

    private static string Name(DateOnly day, int number) => string.Create(CultureInfo.InvariantCulture, $"USAGE#{day:yyyyMMdd}#{number}");
}
