using System.Globalization;

namespace CloudIa.Transport.Topology;

internal static class Strings
{
    public static Dictionary<string, string> From(IDictionary<string, object> values) =>
        values.ToDictionary(x => x.Key, x => From(x.Value));

    /// <summary>AWS writes booleans in lower case: <c>RawMessageDelivery</c> takes nothing else.</summary>
    public static string From(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan time => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
