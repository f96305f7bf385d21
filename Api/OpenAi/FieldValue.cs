using System.Text.Json;

namespace CloudIa.Api.OpenAi;

/// <summary>Reads the value of a field.</summary>
internal static class FieldValue
{
    /// <exception cref="RequestRefusedException">It is neither.</exception>
    public static bool Flag(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw RequestRefusedException.Invalid(name, "It must be true or false."),
    };

    /// <exception cref="RequestRefusedException">It is no number between these two.</exception>
    public static float Number(string name, JsonElement value, float least, float most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && number >= least && number <= most
            ? number
            : throw RequestRefusedException.Invalid(name, $"It must be a number from {least} to {most}.");

    /// <exception cref="RequestRefusedException">It is no such number.</exception>
    public static int Tokens(string name, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var tokens) && tokens >= 1
        ? tokens
        : throw RequestRefusedException.Invalid(name, "It must be a whole number from 1.");

    /// <exception cref="RequestRefusedException">It is no text.</exception>
    public static string Text(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw RequestRefusedException.Invalid(name, "It must be a text.");

    /// <exception cref="RequestRefusedException">It has not the form of a model's name.</exception>
    public static string Model(string name, JsonElement value) => value.ValueKind == JsonValueKind.String && Chat.ModelName.IsValid(value.GetString()!)
        ? value.GetString()!
        : throw RequestRefusedException.Invalid(name, Chat.ModelName.Rule);

    public static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    /// <summary>A field's name goes into the answer, so it is cut to something short.</summary>
    public static string Printable(string name) => name.Length <= 64 ? name : string.Concat(name.AsSpan(0, 64), "…");
}
