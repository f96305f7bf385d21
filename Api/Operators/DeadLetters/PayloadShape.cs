using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>What a body looks like without what it says: names of properties and types of values.</summary>
internal static class PayloadShape
{
    private const int MostProperties = 200;
    private const int LongestName = 40;
    private const string Other = "(other)";

    public static JsonElement? Of(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var left = MostProperties;
            return JsonSerializer.SerializeToElement(Of(document.RootElement, ref left));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonNode Of(JsonElement value, ref int left)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var shape = new JsonObject();
                foreach (var property in value.EnumerateObject())
                {
                    if (left-- > 0)
                        shape[Name(property.Name)] = Of(property.Value, ref left);
                }

                return shape;
            case JsonValueKind.Array:
                // The first stands for all.
                return value.GetArrayLength() == 0 ? new JsonArray() : new JsonArray(Of(value[0], ref left));
            case JsonValueKind.True or JsonValueKind.False:
                return "boolean";
            default:
                return value.ValueKind.ToString().ToLowerInvariant();
        }
    }

    // A body may be anything, and so may a name in it: what is no name of a property of ours is not shown.
    private static string Name(string name) => name is { Length: > 0 and <= LongestName } && name.All(char.IsAsciiLetterOrDigit) ? name : Other;
}
