using System.Globalization;
using System.Numerics;

namespace CloudIa.Api.Jobs;

/// <summary>The preference <c>wait</c> of RFC 7240: how many seconds a client would wait for the job's end before it takes less for an answer.</summary>
internal static class PreferWait
{
    private const string Header = "Prefer";
    public const string Applied = "Preference-Applied";
    private const string Wait = "wait";

    /// <summary>Proxies give up after a minute, most of them.</summary>
    private const int MostSeconds = 50;

    /// <summary>Zero where nothing, or nothing that can be understood, was asked for: a preference is never an error. At most 50 s.</summary>
    public static TimeSpan Of(HttpRequest request)
    {
        foreach (var preference in request.Headers.GetCommaSeparatedValues(Header))
        {
            var end = preference.IndexOf(';', StringComparison.Ordinal);
            var parts = (end < 0 ? preference : preference[..end]).Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is [var name, var value] && name.Equals(Wait, StringComparison.OrdinalIgnoreCase)
                && BigInteger.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds((int)BigInteger.Min(seconds, MostSeconds));
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>Tells the client that it was waited for.</summary>
    public static void Confirm(HttpResponse response, TimeSpan wait) =>
        response.Headers[Applied] = string.Create(CultureInfo.InvariantCulture, $"{Wait}={wait.TotalSeconds:0}");
}
