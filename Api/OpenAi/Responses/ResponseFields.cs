using System.Text.Json;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>The fields of a response's request that are not passed on: refused by name, but for the value that asks for what is done anyway.</summary>
internal static class ResponseFields
{
    private static readonly HashSet<string> Passed =
    [
        "background", "input", "instructions", "max_output_tokens", "metadata", "model", "previous_response_id", "stream", "temperature", "top_p",
    ];

    private static readonly Dictionary<string, Func<JsonElement, bool>> Unsupported = new(StringComparer.Ordinal)
    {
        ["context_management"] = Nothing,
        ["conversation"] = Never,
        ["include"] = Nothing,
        ["max_tool_calls"] = Never,
        ["moderation"] = Never,

        // Without tools there is nothing to choose, or to do at once.
        ["parallel_tool_calls"] = value => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        ["prompt"] = Never,
        ["prompt_cache_key"] = Never,
        ["prompt_cache_options"] = Never,
        ["prompt_cache_retention"] = Never,
        ["reasoning"] = value => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(x => x.Value.ValueKind == JsonValueKind.Null),
        ["safety_identifier"] = Never,
        ["service_tier"] = value => FieldValue.Is(value, "auto") || FieldValue.Is(value, "default"),

        // What is accepted is durable: there is no other way here.
        ["store"] = value => value.ValueKind == JsonValueKind.True,
        ["stream_options"] = value => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(x => x is { Name: "include_obfuscation", Value.ValueKind: JsonValueKind.False }),
        ["text"] = value => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(x => x.Name == "format" && IsText(x.Value)),
        ["tool_choice"] = value => FieldValue.Is(value, "auto") || FieldValue.Is(value, "none"),
        ["tools"] = Nothing,
        ["top_logprobs"] = value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count == 0,
        ["truncation"] = value => FieldValue.Is(value, "disabled"),

        // Only a name for statistics: the caller is known by its login.
        ["user"] = value => value.ValueKind == JsonValueKind.String,
    };

    /// <summary>The names of what is refused, unless it asks for nothing.</summary>
    public static IEnumerable<string> Refused => Unsupported.Keys;

    public static bool IsKnown(string name) => Passed.Contains(name) || Unsupported.ContainsKey(name);

    /// <exception cref="RequestRefusedException">It is not supported, or no field at all.</exception>
    public static void Check(string name, JsonElement value)
    {
        if (!Unsupported.TryGetValue(name, out var isHarmless))
            throw RequestRefusedException.Unsupported(FieldValue.Printable(name), $"There is no such field here: '{FieldValue.Printable(name)}'. Leave it out.");
        if (!isHarmless(value))
        {
            throw RequestRefusedException.Unsupported(name, name == "store"
                ? "Every response is stored here, and can be asked for by its id. Leave store out."
                : $"'{name}' is not supported here, or not with this value. Leave it out.");
        }
    }

    private static bool Never(JsonElement value) => false;

    private static bool Nothing(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static bool IsText(JsonElement format) =>
        format.ValueKind == JsonValueKind.Null || (format.ValueKind == JsonValueKind.Object && format.EnumerateObject().All(x => x.Name == "type" && FieldValue.Is(x.Value, "text")));
}
