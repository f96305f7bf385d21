using System.Diagnostics;
using System.Text;

namespace CloudIa.Tests.Canaries;

internal static class ActivityText
{
    /// <summary>All that an exporter could send of it.</summary>
    public static string Of(Activity activity)
    {
        var text = new StringBuilder($"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {activity.TraceStateString}\n");
        foreach (var (key, value) in activity.TagObjects)
            text.Append(key).Append('=').Append(value is IEnumerable<string> many ? string.Join(',', many) : value).Append('\n');
        foreach (var happened in activity.Events)
            text.Append(happened.Name).AppendJoin('\n', happened.Tags.Select(x => $"{x.Key}={x.Value}"));
        return text.AppendJoin('\n', activity.Baggage.Select(x => $"{x.Key}={x.Value}")).ToString();
    }
}
