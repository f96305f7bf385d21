using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi;

/// <summary>
/// Reads the body of <c>POST /v1/chat/completions</c>. What would change the answer and cannot be done is refused by name, rather than left out in silence;
/// null is the same as not given.
/// </summary>
internal static class CompletionRequestReader
{
    /// <summary>The messages, in bytes of JSON as the row keeps them. A DynamoDB item, with all else that is in it, holds 400 KB.</summary>
    public const int MaxMessagesBytes = 256 * 1024;

    /// <summary>Text may be written with six bytes for each of its own (<c>\u0041</c>), and needs some room around it.</summary>
    public const int MaxBodyBytes = (6 * MaxMessagesBytes) + (64 * 1024);

    private const int MaxStops = 4;
    private const int MaxStopLength = 256;

    /// <exception cref="RequestRefusedException">It cannot be done.</exception>
    public static CompletionRequest Read(JsonElement root)
    {
        string? model = null, prompt = null;
        bool stream = false, includeUsage = false, hasStreamOptions = false;
        int? maxTokens = null;
        var conversation = new GivenConversation { Messages = [] };
        foreach (var (name, value) in root.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            if (value.ValueKind == JsonValueKind.Null && name is not ("model" or "messages") && CompletionFields.IsKnown(name))
                continue;

            switch (name)
            {
                case "model":
                    model = FieldValue.Model(name, value);
                    break;
                case "messages":
                    (prompt, var messages) = MessagesReader.Read(value);
                    conversation = conversation with { Messages = messages };
                    break;
                case "stream":
                    stream = FieldValue.Flag(name, value);
                    break;
                case "stream_options":
                    hasStreamOptions = true;
                    includeUsage = IncludeUsage(value);
                    break;
                case "temperature":
                    conversation = conversation with { Temperature = FieldValue.Number(name, value, 0, 2) };
                    break;
                case "top_p":
                    conversation = conversation with { TopP = FieldValue.Number(name, value, 0, 1) };
                    break;
                case "presence_penalty":
                    conversation = conversation with { PresencePenalty = FieldValue.Number(name, value, -2, 2) };
                    break;
                case "frequency_penalty":
                    conversation = conversation with { FrequencyPenalty = FieldValue.Number(name, value, -2, 2) };
                    break;
                case "max_tokens" or "max_completion_tokens":
                    var most = FieldValue.Tokens(name, value);
                    if (maxTokens is { } other && other != most)
                        throw RequestRefusedException.Invalid(name, "max_tokens and max_completion_tokens are two names for the same, and say different numbers. Give one.");
                    conversation = conversation with { MaxTokens = maxTokens = most };
                    break;
                case "stop":
                    conversation = conversation with { Stop = Stops(value) };
                    break;
                case "seed":
                    conversation = conversation with
                    {
                        Seed = value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seed) ? seed : throw RequestRefusedException.Invalid(name, "It must be a whole number."),
                    };
                    break;
                default:
                    CompletionFields.Check(name, value);
                    break;
            }
        }

        if (model is null)
            throw RequestRefusedException.Missing("model", "It is required. GET /v1/models lists those that there are.");
        if (prompt is null)
            throw RequestRefusedException.Missing("messages", "It is required: what the model is to answer.");
        if (hasStreamOptions && !stream)
            throw RequestRefusedException.Invalid("stream_options", "It is for streams only. Set stream to true, or leave it out.");

        var size = SizeOf(conversation, prompt);
        return size <= MaxMessagesBytes
            ? new CompletionRequest { Model = model, Prompt = prompt, Conversation = conversation, Stream = stream, IncludeUsage = includeUsage }
            : throw RequestRefusedException.Invalid("messages", $"They have {size} bytes of JSON; {MaxMessagesBytes} are allowed. Leave out the oldest.");
    }

    /// <summary>Bytes of JSON.</summary>
    public static int SizeOf(GivenConversation conversation, string prompt) =>
        Encoding.UTF8.GetByteCount(conversation.ToJson()) + JsonEncodedText.Encode(prompt, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.Length;

    private static bool IncludeUsage(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw RequestRefusedException.Invalid("stream_options", "It must be an object.");

        var include = false;
        foreach (var option in value.EnumerateObject())
        {
            var name = $"stream_options.{FieldValue.Printable(option.Name)}";
            include = option.Name == "include_usage" ? FieldValue.Flag(name, option.Value) : throw RequestRefusedException.Unsupported(name, "There is include_usage only.");
        }

        return include;
    }

    private static List<string> Stops(JsonElement value)
    {
        List<JsonElement> all = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return all.Count is > 0 and <= MaxStops && all.TrueForAll(stop => stop.ValueKind == JsonValueKind.String && stop.GetString() is { Length: > 0 and <= MaxStopLength })
            ? all.ConvertAll(stop => stop.GetString()!)
            : throw RequestRefusedException.Invalid("stop", $"It must be a text, or an array of 1–{MaxStops}, each of 1–{MaxStopLength} characters.");
    }
}
