using System.Text.Json;

namespace CloudIa.Processor.Llm.Http;

/// <summary>Looks at an error's body for the few things that change what is done about it. Nothing of it is kept.</summary>
internal static class ErrorBody
{
    private const int MostBytes = 64 * 1024;

    private static readonly string[] TooLongCodes = ["context_length_exceeded", "request_too_large", "string_above_max_length"];
    private static readonly string[] ContentCodes = ["content_filter", "content_policy_violation"];

    /// <summary>Anthropic says it in words only; so do servers with OpenAI's interface, each in its own.</summary>
    private static readonly string[] TooLongWords =
        ["prompt is too long", "maximum context length", "context window", "context length", "exceed context limit", "input is too long"];

    public static async Task<ErrorKind> KindAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status == StatusCodes.Status413PayloadTooLarge)
        {
            return ErrorKind.TooLong;
        }

        if (status is not (StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden or StatusCodes.Status422UnprocessableEntity))
        {
            return ErrorKind.Other;
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
            using var body = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(cancellationToken));
            return Of(body.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException)
        {
            // It is an error whatever its body is; the status says enough.
            return ErrorKind.Other;
        }
    }

    private static ErrorKind Of(JsonElement root)
    {
        var error = Member(root, "error") is { ValueKind: JsonValueKind.Object } inner ? inner : root;
        string[] codes = [Text(error, "code"), Text(error, "type")];
        var message = Text(error, "message");
        if (codes.Any(ContentCodes.Contains))
        {
            return ErrorKind.Content;
        }

        return codes.Any(TooLongCodes.Contains) || TooLongWords.Any(x => message.Contains(x, StringComparison.OrdinalIgnoreCase)) ? ErrorKind.TooLong : ErrorKind.Other;
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static string Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() ?? "" : "";
}
