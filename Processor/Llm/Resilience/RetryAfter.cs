using System.ClientModel.Primitives;
using System.Globalization;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>How long a provider asks to wait: <c>retry-after-ms</c> (OpenAI's), or <c>Retry-After</c> in seconds or as a date (RFC 9110).</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Of(PipelineResponseHeaders? headers, TimeProvider time)
    {
        if (headers is null)
        {
            return null;
        }

        if (headers.TryGetValue("retry-after-ms", out var milliseconds) && Number(milliseconds) is { } ms)
        {
            return Bounded(ms / 1000);
        }

        if (!headers.TryGetValue("retry-after", out var text))
        {
            return null;
        }

        if (Number(text) is { } seconds)
        {
            return Bounded(seconds);
        }

        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Bounded((date - time.GetUtcNow()).TotalSeconds)
            : null;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
}
