using System.Text.Json;

namespace CloudIa.Api.OpenAi;

/// <summary>The fields of OpenAI's that are not passed on: refused by name, but for the value that asks for what is done anyway.</summary>
internal static class CompletionFields
{
    private static readonly HashSet<string> Passed =
    [
        "stream", "stream_options", "temperature", "top_p", "presence_penalty", "frequency_penalty", "max_tokens", "max_completion_tokens", "stop", "seed",
    ];

    private static readonly Dictionary<string, Func<JsonElement, bool>> Unsupported = new(StringComparer.Ordinal)
    {
        ["audio"] = Never,
        ["function_call"] = Never,
        ["functions"] = Never,
        ["logit_bias"] = Never,
        ["logprobs"] = value => value.ValueKind == JsonValueKind.False,
        ["metadata"] = Never,
        ["modalities"] = value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(modality => FieldValue.Is(modality, "text")),
        ["moderation"] = Never,
        ["n"] = value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var n) && n == 1,
        ["parallel_tool_calls"] = Never,
        ["prediction"] = Never,
        ["prompt_cache_key"] = Never,
        ["prompt_cache_retention"] = Never,
        ["reasoning_effort"] = Never,
        ["response_format"] = value => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(x => x.Name == "type" && FieldValue.Is(x.Value, "text")),
        ["safety_identifier"] = Never,
        ["service_tier"] = value => FieldValue.Is(value, "auto") || FieldValue.Is(value, "default"),
        ["store"] = value => value.ValueKind == JsonValueKind.False,
        ["tool_choice"] = Never,
        ["tools"] = Never,
        ["top_logprobs"] = Never,

        // Only a name for statistics: the caller is known by its login.
        ["user"] = value => value.ValueKind == JsonValueKind.String,
        ["verbosity"] = Never,
        ["web_search_options"] = Never,
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
            throw RequestRefusedException.Unsupported(name, $"'{name}' is not supported here, or not with this value. Leave it out.");
    }

    private static bool Never(JsonElement value) => false;
}
