using System.Globalization;

namespace CloudIa.EventLog.Redis;

/// <summary>When an attempt is tried next, as the run's hash has it: <c>attempt unix-milliseconds</c>.</summary>
internal static class NextTry
{
    public const string Field = "delayed";

    public static string Write(int attempt, DateTimeOffset until) =>
        string.Create(CultureInfo.InvariantCulture, $"{attempt} {until.ToUnixTimeMilliseconds()}");

    /// <returns>Null where it is of another attempt, or nothing is there.</returns>
    public static DateTimeOffset? Read(string? written, int attempt) => written?.Split(' ') is [var of, var at]
        && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == attempt
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}
