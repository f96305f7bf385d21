using System.Text.Json;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>Reads <c>input</c> of the responses: a text, or messages. A response's <c>output</c> may be among them.</summary>
internal sealed class InputReader : MessageReader
{
    private static readonly InputReader Instance = new();

    protected override string Field => "input";

    protected override string Form => "It must be a text, or an array of messages.";

    protected override IReadOnlyList<string> PartTypes { get; } = ["input_text", "output_text"];

    protected override string OtherParts => "images, audio, files or refusals";

    /// <returns>All messages, and the place of the last thing that the user says.</returns>
    /// <exception cref="RequestRefusedException">They cannot be passed on.</exception>
    public static (List<GivenMessage> Messages, int PromptAt) Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return Instance.ReadAll(value);

        var text = value.GetString()!;
        return string.IsNullOrWhiteSpace(text)
            ? throw RequestRefusedException.Invalid("input", "It must not be empty.")
            : ([new() { Role = User, Content = text }], 0);
    }

    protected override void Check(string at, JsonElement message)
    {
        if (message.TryGetProperty("type", out var type) && !FieldValue.Is(type, "message"))
            throw RequestRefusedException.Unsupported($"{at}.type", "Only items of the type message are supported here: no tools, reasoning or references.");
    }

    protected override bool IsLeftOut(JsonProperty field) => field.Name is "type" or "id" or "status" or "phase";

    protected override void CheckPart(string at, JsonElement part)
    {
        foreach (var other in part.EnumerateObject().Where(x => x.Name is not ("type" or "text") && !IsNothing(x.Value)))
            throw RequestRefusedException.Unsupported($"{at}.{FieldValue.Printable(other.Name)}", "It is not supported here: a part has type and text.");
    }
}
