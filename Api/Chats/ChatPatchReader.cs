using System.Text.Json;
using CloudIa.Api.Chat;
using CloudIa.Store;

namespace CloudIa.Api.Chats;

/// <summary>Reads the body of <c>PATCH /chats/{chatId}</c> by hand, as <c>POST /chat</c> does: all that is wrong is named at once, and an unknown field is wrong.</summary>
internal static class ChatPatchReader
{
    public const int MaxBodyBytes = (6 * SystemPromptText.MaxBytes) + 4096;

    private const int MaxTitle = 200;
    private const string Fields = "title, systemPrompt";
    private const string Body = "$";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    public static async Task<(ChatChange Change, Dictionary<string, string[]> Errors)> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return (Read(document.RootElement, errors), errors);

            errors[Body] = [$"It must be a JSON object. Its fields are {Fields}."];
        }
        catch (JsonException exception)
        {
            // Its message can quote what it met: place only.
            errors[Body] = [$"The body is empty or not one JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."];
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            errors[Body] = ["A text in it is not valid Unicode."];
        }

        return (new ChatChange(null, null), errors);
    }

    private static ChatChange Read(JsonElement root, Dictionary<string, string[]> errors)
    {
        var change = new ChatChange(null, null);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var text = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
            if (!seen.Add(property.Name))
            {
                errors[ChatRequestReader.Printable(property.Name)] = ["It is given twice."];
                continue;
            }

            switch (property.Name)
            {
                case "title" when !string.IsNullOrWhiteSpace(text) && text.Length <= MaxTitle && !text.Any(char.IsControl):
                    change = change with { Title = text };
                    break;
                case "title":
                    errors["title"] = [$"It must be a text of 1–{MaxTitle} characters in one line."];
                    break;
                case "systemPrompt" when property.Value.ValueKind == JsonValueKind.Null:
                    change = change with { SystemPrompt = "" };
                    break;
                case "systemPrompt" when text is not null && SystemPromptText.IsValid(text):
                    change = change with { SystemPrompt = text };
                    break;
                case "systemPrompt":
                    errors["systemPrompt"] = [$"{SystemPromptText.Rule} null takes it away."];
                    break;
                default:
                    errors[ChatRequestReader.Printable(property.Name)] = [$"There is no such field. The fields are {Fields}."];
                    break;
            }
        }

        if (seen.Count == 0)
            errors[Body] = [$"It says nothing to change. Its fields are {Fields}."];
        return change;
    }
}
