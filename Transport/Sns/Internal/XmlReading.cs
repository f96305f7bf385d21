using System.Xml.Linq;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>Reads by local name: the namespace says only the version.</summary>
internal static class XmlReading
{
    public static XElement? Child(this XElement element, string name) =>
        element.Elements().FirstOrDefault(x => x.Name.LocalName == name);

    public static string? Text(this XElement element, params ReadOnlySpan<string> path)
    {
        XElement? current = element;
        foreach (var name in path)
            current = current?.Child(name);
        return current?.Value;
    }

    public static Dictionary<string, string> Map(this XElement element, string name) =>
        element.Child(name)?.Elements().ToDictionary(x => x.Text("key")!, x => x.Text("value") ?? "") ?? [];

    public static List<T> List<T>(this XElement element, string name, Func<XElement, T> read) =>
        element.Child(name)?.Elements().Select(read).ToList() ?? [];
}
