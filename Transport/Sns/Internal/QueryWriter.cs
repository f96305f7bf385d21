using System.Globalization;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>Writes the parameters of one call; what is null or empty is left out, as SDK v4 collections are null when empty.</summary>
internal readonly struct QueryWriter(IDictionary<string, string> parameters)
{
    public void Set(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            parameters[name] = value;
    }

    public void Map(string name, Dictionary<string, string>? entries)
    {
        var index = 0;
        foreach (var (key, value) in entries ?? [])
        {
            var prefix = Numbered(name + ".entry", ++index);
            parameters[prefix + ".key"] = key;
            parameters[prefix + ".value"] = value;
        }
    }

    public void Tags(List<Tag>? tags)
    {
        var index = 0;
        foreach (var tag in tags ?? [])
        {
            var prefix = Numbered("Tags.member", ++index);
            parameters[prefix + ".Key"] = tag.Key;
            parameters[prefix + ".Value"] = tag.Value;
        }
    }

    public void Attributes(string name, Dictionary<string, MessageAttributeValue>? attributes)
    {
        var index = 0;
        foreach (var (key, value) in attributes ?? [])
        {
            var prefix = Numbered(name + ".entry", ++index);
            parameters[prefix + ".Name"] = key;
            parameters[prefix + ".Value.DataType"] = value.DataType;
            parameters[prefix + ".Value.StringValue"] = value.StringValue;
        }
    }

    public static string Numbered(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}.{index}");
}
