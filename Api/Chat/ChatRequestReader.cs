using System.Text;
using System.Text.Json;

namespace CloudIa.Api.Chat;

/// <summary>
/// Reads the body of <c>POST /chat</c>. By hand, because what a client got wrong is to be named field by field, all at once, and an unknown field is
/// more likely a typing error than something to ignore.
/// </summary>
internal static class ChatRequestReader
{
    /// <summary>Bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 32 * 1024;

    /// <summary>The message could be written with six bytes for each of its own (<c>\u0041</c>), and needs some room around it.</summary>
    public const int MaxBodyBytes = (6 * (MaxMessageBytes + SystemPromptText.MaxBytes)) + 4096;

    /// <summary>Of a message of one's own.</summary>
    public static readonly string[] MessageFields = ["message", "chatId", "sessionId", "model", "systemPrompt", "onBusy"];

    /// <summary>Of a message that takes the place of another: the chat is that one's.</summary>
    public static readonly string[] EditFields = ["message", "sessionId", "model", "onBusy"];

    /// <summary>Of another answer to the same message.</summary>
    public static readonly string[] RegenerateFields = ["sessionId", "model", "onBusy"];

    private const string Body = "$";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    /// <param name="fields">Those that there are: another one is an error, and so is <c>message</c> where it is missing.</param>
    /// <returns>The request, or what is wrong with it by field.</returns>
    public static async Task<(ChatRequest? Request, Dictionary<string, string[]> Errors)> ReadAsync(Stream body, string[] fields, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            return Read(document.RootElement, fields);
        }
        catch (JsonException exception)
        {
            // Its message can quote what it met: place only.
            return (null, Error(Body, $"The body is empty or not one JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."));
        }
    }

    private static (ChatRequest? Request, Dictionary<string, string[]> Errors) Read(JsonElement root, string[] fields)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return (null, Error(Body, $"It must be a JSON object, not {Kind(root)}. Its fields are {string.Join(", ", fields)}."));

        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        string? message = null, sessionId = null, model = null, systemPrompt = null, onBusy = null;
        Guid? chatId = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var property in root.EnumerateObject())
            {
                var value = property.Value;
                if (!seen.Add(property.Name))
                {
                    errors[Printable(property.Name)] = ["It is given twice."];
                    continue;
                }

                switch (property.Name)
                {
                    case var unknown when !fields.Contains(unknown):
                        errors[Printable(property.Name)] = [$"There is no such field. The fields are {string.Join(", ", fields)}."];
                        break;
                    case "message":
                        message = Text(value, "message", errors);
                        break;
                    case "chatId" when value.ValueKind != JsonValueKind.Null:
                        chatId = Id(value, errors);
                        break;
                    case "sessionId" when value.ValueKind != JsonValueKind.Null:
                        sessionId = Name(value, "sessionId", Contracts.Client.SessionId.IsValid, Contracts.Client.SessionId.Rule, errors);
                        break;
                    case "model" when value.ValueKind != JsonValueKind.Null:
                        model = Name(value, "model", ModelName.IsValid, ModelName.Rule, errors);
                        break;
                    case "systemPrompt" when value.ValueKind != JsonValueKind.Null:
                        systemPrompt = Name(value, "systemPrompt", SystemPromptText.IsValid, SystemPromptText.Rule, errors);
                        break;
                    case "onBusy" when value.ValueKind != JsonValueKind.Null:
                        onBusy = Name(value, "onBusy", BusyPolicy.IsValid, BusyPolicy.Rule, errors);
                        break;
                }
            }
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            return (null, Error(Body, "A text in it is not valid Unicode."));
        }

        if (fields.Contains("message") && !errors.ContainsKey("message") && Check(message) is { } wrong)
            errors["message"] = [wrong];

        if (chatId is not null && systemPrompt is not null)
            errors["systemPrompt"] = ["It is of a new chat; that of an existing one is changed with PATCH /chats/{chatId}."];

        return errors.Count > 0
            ? (null, errors)
            : (new ChatRequest { Message = message ?? "", ChatId = chatId, SessionId = sessionId, Model = model, SystemPrompt = systemPrompt, OnBusy = onBusy }, errors);
    }

    private static string? Check(string? message)
    {
        if (string.IsNullOrWhiteSpace(message))
            return "It is required and must not be empty.";

        var bytes = Encoding.UTF8.GetByteCount(message);
        return bytes > MaxMessageBytes ? $"It has {bytes} bytes of UTF-8; {MaxMessageBytes} are allowed." : null;
    }

    private static string? Text(JsonElement value, string field, Dictionary<string, string[]> errors)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();

        errors[field] = [$"It must be a string, not {Kind(value)}."];
        return null;
    }

    private static Guid? Id(JsonElement value, Dictionary<string, string[]> errors)
    {
        if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id))
            return id;

        errors["chatId"] = ["It must be a chat's id as the API gave it: a UUID in a string."];
        return null;
    }

    private static string? Name(JsonElement value, string field, Func<string, bool> isValid, string rule, Dictionary<string, string[]> errors)
    {
        if (Text(value, field, errors) is { } text && isValid(text))
            return text;

        errors.TryAdd(field, [rule]);
        return null;
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A field's name goes into the answer, so it is cut to something short.</summary>
    internal static string Printable(string name) => name.Length <= 64 ? name : string.Concat(name.AsSpan(0, 64), "…");

    private static Dictionary<string, string[]> Error(string field, string message) => new(StringComparer.Ordinal) { [field] = [message] };
}
