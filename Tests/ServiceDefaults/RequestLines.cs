using System.Globalization;
using System.Text.RegularExpressions;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using Shouldly;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>The lines of the log of requests among all that was logged.</summary>
internal static partial class RequestLines
{
    public static IReadOnlyList<string> Of(LogCollector logs) => [.. logs.Lines.Where(x => x.StartsWith("Information 1201 ", StringComparison.Ordinal))];

    /// <summary>The last of so many lines, and there is none more. A client has its answer before the line is written.</summary>
    public static async Task<string> LastAsync(LogCollector logs, int number = 1)
    {
        await Eventually.Is(() => Of(logs).Count >= number, "the request is logged");
        var lines = Of(logs);
        lines.Count.ShouldBe(number);
        return lines[^1];
    }

    public static double Milliseconds(string line) => double.Parse(Duration().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>The W3C trace id. A problem's traceId has it between its version and its span.</summary>
    public static string TraceId(string line) => Trace().Match(line).Groups[1].Value;

    [GeneratedRegex(@", trace ([0-9a-f]{32}) \| .* TraceId=\1 ")]
    private static partial Regex Trace();

    [GeneratedRegex(@" in ([0-9]+\.[0-9]) ms, ")]
    private static partial Regex Duration();
}
