using System.Text.Json;

namespace CloudIa.Transport.Receiving;

/// <summary>What SNS wraps around a message when a subscription is not raw, as others may have made it.</summary>
internal sealed record SnsEnvelope(string TopicArn, string Message, Dictionary<string, string> Attributes)
{
    public static SnsEnvelope? Find(string? body)
    {
        if (body is null || !body.Contains("\"TopicArn\"", StringComparison.Ordinal))
            return null;

        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return Text(root, "Type") == "Notification" && Text(root, "TopicArn") is { } arn && Text(root, "Message") is { } message
                ? new SnsEnvelope(arn, message, ReadAttributes(root))
                : null;
        }
        catch (JsonException)
        {
            // Not ours to judge: the deserializer says what is wrong with it.
            return null;
        }
    }

    private static Dictionary<string, string> ReadAttributes(JsonElement root)
    {
        var attributes = new Dictionary<string, string>();
        if (!root.TryGetProperty("MessageAttributes", out var source) || source.ValueKind != JsonValueKind.Object)
            return attributes;

        foreach (var attribute in source.EnumerateObject())
        {
            if (attribute.Value.ValueKind == JsonValueKind.Object && Text(attribute.Value, "Value") is { } value)
                attributes[attribute.Name] = value;
        }

        return attributes;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
