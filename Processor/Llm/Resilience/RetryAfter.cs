using System.Globalization;
using System.Net.Http.Headers;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>How long a provider asks to wait: <c>retry-after-ms</c> (OpenAI's), or <c>Retry-After</c> in seconds or as a date (RFC 9110).</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Of(HttpResponseHeaders headers, TimeProvider time)
    {
        if (Number(First(headers, "retry-after-ms")) is { } ms)
        {
            return Bounded(ms / 1000);
        }

        var text = First(headers, "retry-after");
        if (Number(text) is { } seconds)
        {
            return Bounded(seconds);
        }

        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Bounded((date - time.GetUtcNow()).TotalSeconds)
            : null;
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
}
