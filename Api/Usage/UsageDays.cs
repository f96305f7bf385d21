using System.Globalization;

namespace CloudIa.Api.Usage;

/// <summary>The days that usage is asked for.</summary>
internal static class UsageDays
{
    public const string Format = "yyyy-MM-dd";

    /// <summary>Each day is read row by row.</summary>
    private const int Most = 92;
    private const int Default = 30;

    public static (DateOnly First, DateOnly Last, Dictionary<string, string[]> Errors) Read(string? from, string? to, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var last = Day(to, nameof(to), errors) ?? DateOnly.FromDateTime(now.UtcDateTime);
        var first = Day(from, nameof(from), errors) ?? DateOnly.FromDayNumber(Math.Max(0, last.DayNumber - Default + 1));
        if (errors.Count == 0 && (first > last || last.DayNumber - first.DayNumber >= Most))
            errors[nameof(from)] = [$"It must not be after 'to', and at most {Most} days may be asked for at once."];
        return (first, last, errors);
    }

    private static DateOnly? Day(string? text, string name, Dictionary<string, string[]> errors)
    {
        if (text is null)
            return null;
        if (DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;

        errors[name] = [$"It must be a day as {Format}."];
        return null;
    }
}
