using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>Whether an attribute is as wanted; AWS answers a policy with other spaces than it was given.</summary>
    public static bool Same(string? current, string wanted)
    {
        if (current == wanted)
            return true;
        if (current is null || !wanted.StartsWith('{'))
            return false;

        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(current), JsonNode.Parse(wanted));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
