using System.Globalization;
using Spectre.Console;

namespace CloudIa.Cli.Output;

/// <summary>How values look.</summary>
internal static class Cells
{
    public static Markup Plain(string? text) => new(Markup.Escape(text ?? ""));

    public static Markup Status(string status) => new($"[{Color(status)}]{Markup.Escape(status)}[/]");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>In the unit that says most.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} d"),
    };

    private static string Color(string status) => status.ToLowerInvariant() switch
    {
        "completed" => "green",
        "failed" => "red",
        "expired" or "cancelled" => "yellow",
        _ => "blue",
    };
}
